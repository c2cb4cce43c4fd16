package dev.millrace.connectors.window;

import dev.millrace.atproto.BadDataException;
import dev.millrace.connectors.kafka.CursorStore;
import dev.millrace.connectors.kafka.KafkaConnection;
import dev.millrace.connectors.trim.Logs;
import dev.millrace.schema.event.CursorKey;
import dev.millrace.schema.event.EventCodec;
import dev.millrace.schema.event.RepoEvent;
import dev.millrace.schema.topic.Topic;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where live ingestion of a relay began: before its oldest event that {@code firehose_live} still
 * has, for everything behind that was read live; else at the cursor that it goes on from.
 *
 * <p>What is found may be later than the true beginning, where events were trimmed or others' fill
 * the log; then a little is read twice, which changes nothing.
 */
final class LiveBeginning {
  private static final Logger log = LoggerFactory.getLogger(LiveBeginning.class);
  private static final Duration POLL = Duration.ofMillis(500);
  private static final Duration LIMIT = Duration.ofSeconds(30);

  /** Of a partition that has nothing of this relay among so many events, no more are read. */
  private static final int MOST_READ = 20_000;

  private final KafkaConnection kafka;
  private final String relay;
  private final Map<TopicPartition, Integer> read = new HashMap<>();
  private final Set<TopicPartition> open = new HashSet<>();
  private @Nullable Long first;

  private LiveBeginning(KafkaConnection kafka, String relay) {
    this.kafka = kafka;
    this.relay = relay;
  }

  /** The last number before live ingestion began; null if it never has. */
  static @Nullable Long of(KafkaConnection kafka, String relay) throws InterruptedException {
    LiveBeginning beginning = new LiveBeginning(kafka, relay);
    beginning.search();
    Long first = beginning.first;
    if (first != null) {
      return Math.max(0, first - 1);
    }
    return new CursorStore(kafka)
        .read(new CursorKey(CursorKey.Stream.FIREHOSE, relay))
        .map(
            value -> {
              String cursor = value.cursor();
              return cursor == null ? null : Long.valueOf(cursor);
            })
        .orElse(null);
  }

  private void search() throws InterruptedException {
    Map<TopicPartition, Long> ends;
    try (Admin admin = Admin.create(kafka.admin())) {
      Logs logs = new Logs(admin);
      List<TopicPartition> all = logs.partitions(List.of(Topic.FIREHOSE_LIVE.topicName()));
      ends = logs.ends(all);
    }
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            kafka.committedReader(), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      open.addAll(ends.keySet());
      consumer.assign(open);
      consumer.seekToBeginning(open);
      long deadline = System.nanoTime() + LIMIT.toNanos();
      while (!open.isEmpty()) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
          look(record);
        }
        open.removeIf(part -> consumer.position(part) >= ends.getOrDefault(part, 0L));
        consumer.assign(List.copyOf(open));
        if (System.nanoTime() > deadline) {
          log.warn("{}: not all of firehose_live was looked at within {}", relay, LIMIT);
          return;
        }
      }
    }
  }

  private void look(ConsumerRecord<byte[], byte[]> record) {
    TopicPartition part = new TopicPartition(record.topic(), record.partition());
    if (!open.contains(part)) {
      return;
    }
    if (read.merge(part, 1, Integer::sum) >= MOST_READ) {
      open.remove(part);
    }
    try {
      RepoEvent event = EventCodec.decode(record.value());
      if (relay.equals(event.host())) {
        first = first == null ? (Long) event.seq() : (Long) Math.min(first, event.seq());
        open.remove(part);
      }
    } catch (BadDataException e) {
      log.debug("passed over", e);
    }
  }
}
