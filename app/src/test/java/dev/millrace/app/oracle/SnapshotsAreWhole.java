package dev.millrace.app.oracle;

import dev.millrace.schema.event.EventCodec;
import dev.millrace.schema.event.RecordEvent;
import dev.millrace.schema.event.SnapshotEvent;
import dev.millrace.schema.topic.Topic;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Invariants 3 and 7: a snapshot that is closed on {@code firehose_backfill} has as many records
 * before its closing event as that says, each once, and none after it, whichever instance was
 * killed or lost its partition in the middle.
 */
final class SnapshotsAreWhole implements Guarantee {
  private final TopicReader topics;

  SnapshotsAreWhole(TopicReader topics) {
    this.topics = topics;
  }

  @Override
  public List<String> breaches() {
    List<String> found = new ArrayList<>();
    Map<String, Set<String>> open = new HashMap<>();
    Set<String> closed = new HashSet<>();
    for (ConsumerRecord<byte[], byte[]> record : topics.all(Topic.FIREHOSE_BACKFILL)) {
      switch (EventCodec.decode(record.value())) {
        case RecordEvent held -> {
          String id = Objects.requireNonNull(held.snapshot()).id();
          if (closed.contains(id)) {
            found.add("%s comes after its snapshot %s was closed".formatted(held.uri(), id));
          } else if (!open.computeIfAbsent(id, i -> new HashSet<>()).add(held.uri())) {
            found.add("%s is in snapshot %s twice".formatted(held.uri(), id));
          }
        }
        case SnapshotEvent closing -> {
          String id = closing.snapshot().id();
          Set<String> held = open.remove(id);
          int records = held == null ? 0 : held.size();
          if (!closed.add(id)) {
            found.add("snapshot %s is closed twice".formatted(id));
          } else if (records != closing.count()) {
            found.add("%s closes %d records".formatted(closing, records));
          }
        }
        default -> {}
      }
    }
    if (closed.isEmpty()) {
      found.add("no snapshot was closed: nothing was looked at");
    }
    return found;
  }
}
