package dev.millrace.simulator.world;

import dev.millrace.atproto.crypto.SigningKey;
import dev.millrace.atproto.stream.Label;
import dev.millrace.atproto.stream.LabelsMessage;
import dev.millrace.simulator.event.EventLog;
import dev.millrace.simulator.event.StreamEvent;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The labels of all labelers: signs and tells them, and knows which are in force. Guarded by the
 * world's lock.
 *
 * <p>In force is a label that no later one of the same source, subject and value negates; a
 * negation without a CID holds for every CID. That one expires changes nothing here.
 */
final class LabelBook {
  private final List<EventLog> logs;

  /** By source, subject and value, then by CID ({@code ""} where the label names none). */
  private final TreeMap<String, Map<String, Label>> inForce = new TreeMap<>();

  private long lastMillis;

  LabelBook(List<EventLog> logs) {
    this.logs = logs;
  }

  /** A label yet to be signed. */
  record Draft(String uri, @Nullable String cid, String val, boolean neg, boolean expires) {}

  /** Tells labels in one message. Each is given a later {@code cts} than any before. */
  void publish(Account labeler, List<Draft> drafts, long micros) {
    SigningKey key = labeler.labelKey();
    if (key == null) {
      throw new IllegalArgumentException(labeler.did() + " is no labeler");
    }
    List<Label> labels = new ArrayList<>();
    for (Draft draft : drafts) {
      lastMillis = Math.max(lastMillis + 1, micros / 1_000);
      Label unsigned =
          Label.unsigned(
              labeler.did(),
              draft.uri(),
              draft.cid(),
              draft.val(),
              draft.neg(),
              Timeline.text(lastMillis * 1_000),
              draft.expires() ? Timeline.text((lastMillis + 86_400_000L) * 1_000) : null);
      Label label = unsigned.signed(key.sign(unsigned.unsigned()));
      apply(label);
      labels.add(label);
    }
    logs.get(labeler.index())
        .append(new StreamEvent(labeler.did().value(), seq -> new LabelsMessage(seq, labels)));
  }

  private void apply(Label label) {
    String subject = label.src() + " " + label.uri() + " " + label.val();
    String cid = label.cid() == null ? "" : label.cid();
    if (!label.neg()) {
      inForce.computeIfAbsent(subject, s -> new LinkedHashMap<>()).put(cid, label);
    } else if (cid.isEmpty()) {
      inForce.remove(subject);
    } else {
      Map<String, Label> byCid = inForce.get(subject);
      if (byCid != null) {
        byCid.remove(cid);
        if (byCid.isEmpty()) {
          inForce.remove(subject);
        }
      }
    }
  }

  List<Label> inForce() {
    return inForce.values().stream().flatMap(byCid -> byCid.values().stream()).toList();
  }

  /** Some labels in force, from an arbitrary place on. */
  List<Label> inForceFrom(String place, int count) {
    return inForce.tailMap(place).values().stream()
        .flatMap(byCid -> byCid.values().stream())
        .limit(count)
        .toList();
  }
}
