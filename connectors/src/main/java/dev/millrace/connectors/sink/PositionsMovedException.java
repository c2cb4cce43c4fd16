package dev.millrace.connectors.sink;

import dev.millrace.schema.topic.Topic;
import java.util.Map;

/** Somebody else wrote this partition number since: what was read is not the next any more. */
final class PositionsMovedException extends Exception {
  private static final long serialVersionUID = 1L;

  PositionsMovedException(int partition, Map<Topic, Long> believed, Map<Topic, Long> stored) {
    super("partition %d: positions are %s, not %s".formatted(partition, stored, believed));
  }
}
