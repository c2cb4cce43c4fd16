package dev.millrace.connectors.sink.guarantee;

import dev.millrace.schema.event.RecordEvent;
import dev.millrace.schema.event.RepoEvent;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * What was written to {@code firehose_live}, by partition and offset. Written by the load's thread
 * before its transaction commits, read by the watching one; synchronized.
 */
final class ProducedLog {
  private final Map<Integer, NavigableMap<Long, RepoEvent>> partitions = new TreeMap<>();

  synchronized void add(int partition, long offset, RepoEvent event) {
    partitions.computeIfAbsent(partition, p -> new TreeMap<>()).put(offset, event);
  }

  synchronized long events() {
    return partitions.values().stream().mapToLong(Map::size).sum();
  }

  synchronized Map<Integer, Long> ends() {
    Map<Integer, Long> ends = new TreeMap<>();
    partitions.forEach((partition, events) -> ends.put(partition, events.lastKey() + 1));
    return ends;
  }

  /**
   * The records, URI to CID, that a reader has who took in a partition up to a position. The load's
   * revs rise, but for repeated events: of one URI the highest rev counts.
   */
  synchronized Map<String, String> recordsAt(int partition, long position) {
    Map<String, String> records = new TreeMap<>();
    Map<String, String> revs = new TreeMap<>();
    for (RepoEvent event :
        partitions.getOrDefault(partition, new TreeMap<>()).headMap(position).values()) {
      if (event instanceof RecordEvent record
          && record.rev().compareTo(revs.getOrDefault(record.uri(), "")) > 0) {
        revs.put(record.uri(), record.rev());
        if (record.cid() == null) {
          records.remove(record.uri());
        } else {
          records.put(record.uri(), record.cid());
        }
      }
    }
    return records;
  }
}
