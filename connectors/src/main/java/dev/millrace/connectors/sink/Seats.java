package dev.millrace.connectors.sink;

import dev.millrace.schema.topic.Topic;
import java.sql.SQLException;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;

/**
 * Finds out where a partition number stands, in the database and nowhere else, and has the consumer
 * read from there. Owned by the consumer's thread.
 */
final class Seats {
  private final Consumer<byte[], byte[]> consumer;
  private final List<Topic> streams;
  private final BatchWriter writer;
  private final LogBounds bounds;
  private final ShownPositions shown;

  Seats(
      Consumer<byte[], byte[]> consumer,
      List<Topic> streams,
      BatchWriter writer,
      ShownPositions shown) {
    this.consumer = consumer;
    this.streams = streams;
    this.writer = writer;
    this.bounds = new LogBounds(consumer);
    this.shown = shown;
  }

  /** Seats a queue that is not. */
  void seat(PartitionQueue queue) throws SQLException {
    Map<Topic, Long> stored = writer.positions(queue.partition());
    stored.keySet().retainAll(streams);
    Map<TopicPartition, Long> wanted = new HashMap<>();
    for (Topic topic : streams) {
      wanted.put(queue.partition(topic), stored.getOrDefault(topic, LogBounds.START));
    }
    Map<TopicPartition, Long> seeks = bounds.check(wanted);
    shown.compare(wanted);
    seeks.forEach(consumer::seek);
    seeks.forEach(shown::reached);
    Map<Topic, Long> starts = new EnumMap<>(Topic.class);
    for (Topic topic : streams) {
      starts.put(topic, seeks.getOrDefault(queue.partition(topic), 0L));
    }
    queue.seat(stored, starts);
  }
}
