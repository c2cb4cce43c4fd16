package dev.millrace.app.oracle;

import dev.millrace.atproto.repo.RepoOp;
import dev.millrace.atproto.stream.CommitMessage;
import dev.millrace.schema.event.CommitEvent;
import dev.millrace.schema.event.DeadLetter;
import dev.millrace.schema.event.EventCodec;
import dev.millrace.schema.event.RecordEvent;
import dev.millrace.schema.event.RepoEvent;
import dev.millrace.schema.topic.Topic;
import dev.millrace.simulator.Simulator;
import dev.millrace.simulator.event.EventLog;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Compares {@code firehose_live} with what the relays told: every commit of each relay is there at
 * least once with all its operations before it, nothing is between them, and in the relay's order
 * for each DID. A commit that was broken on its way is a dead letter instead.
 *
 * <p>Owned by one thread.
 */
final class EventLogIsWhole implements Guarantee {
  private final Simulator network;
  private final TopicReader topics;
  private final List<String> problems = new ArrayList<>();

  EventLogIsWhole(Simulator network, TopicReader topics) {
    this.network = network;
    this.topics = topics;
  }

  private record Told(String host, String did) {}

  /** The operations of one commit, by path: what was done, and the CID. */
  private static String op(String action, String path, String cid) {
    return action + " " + path + " " + cid;
  }

  @Override
  public List<String> breaches() {
    Map<Told, Map<Long, Set<String>>> expected = told();
    Set<Told> setAside =
        topics.all(Topic.DEAD_LETTERS).stream()
            .map(DeadLetter::from)
            .map(letter -> new Told(String.valueOf(letter.host()), String.valueOf(letter.did())))
            .collect(Collectors.toSet());
    Map<Told, List<RecordEvent>> pending = new HashMap<>();
    Map<Told, Set<Long>> seen = new HashMap<>();
    Map<Told, Long> newest = new HashMap<>();
    for (ConsumerRecord<byte[], byte[]> record : topics.all(Topic.FIREHOSE_LIVE)) {
      RepoEvent event = EventCodec.decode(record.value());
      Told who = new Told(String.valueOf(event.host()), event.did());
      switch (event) {
        case RecordEvent written ->
            pending.computeIfAbsent(who, w -> new ArrayList<>()).add(written);
        case CommitEvent commit -> {
          List<RecordEvent> ops = pending.remove(who);
          check(commit, ops == null ? List.of() : ops, expected.getOrDefault(who, Map.of()));
          if (seen.computeIfAbsent(who, w -> new HashSet<>()).add(commit.seq())
              && newest.merge(who, commit.seq(), Math::max) != commit.seq()
              // Broken at first, whole when it was told again.
              && !setAside.contains(who)) {
            problems.add("%s: seq %d came first after a later one".formatted(who, commit.seq()));
          }
        }
        default -> {}
      }
    }
    pending.forEach((who, ops) -> problems.add(who + ": operations without their commit: " + ops));
    expected.forEach(
        (who, commits) -> {
          Set<Long> missing = new HashSet<>(commits.keySet());
          missing.removeAll(seen.getOrDefault(who, Set.of()));
          if (!missing.isEmpty() && !setAside.contains(who)) {
            problems.add("%s: commits are lost: %s".formatted(who, missing));
          }
        });
    return List.copyOf(problems);
  }

  private void check(CommitEvent commit, List<RecordEvent> ops, Map<Long, Set<String>> expected) {
    Set<String> wanted = expected.get(commit.seq());
    Set<String> found =
        ops.stream()
            .map(
                event ->
                    op(
                        event.action().word(),
                        event.collection() + "/" + event.rkey(),
                        String.valueOf(event.cid())))
            .collect(Collectors.toSet());
    if (wanted == null) {
      problems.add("a commit that nobody told: " + commit);
    } else if (!wanted.equals(found)
        || ops.stream().anyMatch(event -> event.seq() != commit.seq())) {
      problems.add("%s closes %s, not %s".formatted(commit, found, wanted));
    }
  }

  private Map<Told, Map<Long, Set<String>>> told() {
    Map<Told, Map<Long, Set<String>>> all = new HashMap<>();
    List<URI> relays = network.relays();
    for (int i = 0; i < relays.size(); i++) {
      String host = Rig.name(relays.get(i));
      for (EventLog.Entry entry : network.world().streams().relays().get(i).read(0, 1_000_000)) {
        if (entry.event().message(entry.seq()) instanceof CommitMessage commit) {
          all.computeIfAbsent(new Told(host, commit.repo().value()), who -> new HashMap<>())
              .put(
                  entry.seq(),
                  commit.ops().stream().map(EventLogIsWhole::op).collect(Collectors.toSet()));
        }
      }
    }
    return all;
  }

  private static String op(RepoOp op) {
    return op(op.action().toString(), op.path(), String.valueOf(op.cid()));
  }
}
