package dev.millrace.connectors.sink;

import dev.millrace.schema.topic.Topic;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Events of one partition number that are applied in one transaction, of each topic in its order.
 *
 * @param before the positions that the database must hold for the batch to be the next; a topic is
 *     absent if none was ever stored
 * @param after the positions that it will hold: of each topic the offset to read next
 */
record Batch(
    int partition, Map<Topic, Long> before, List<Incoming> events, Map<Topic, Long> after) {
  Batch {
    before = Map.copyOf(before);
    events = List.copyOf(events);
    after = Map.copyOf(after);
  }

  int size() {
    return events.size();
  }

  /** The first events of it alone. */
  Batch first(int count) {
    if (count == events.size()) {
      return this;
    }
    Map<Topic, Long> reached = new EnumMap<>(Topic.class);
    reached.putAll(before);
    List<Incoming> head = events.subList(0, count);
    head.forEach(event -> reached.put(event.topic(), event.offset() + 1));
    return new Batch(partition, before, head, reached);
  }

  /** What is left of it when the first events are in the database. */
  Batch after(Batch first) {
    return new Batch(
        partition, first.after(), events.subList(first.events().size(), events.size()), after);
  }
}
