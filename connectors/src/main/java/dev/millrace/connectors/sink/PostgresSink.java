package dev.millrace.connectors.sink;

import dev.millrace.connectors.ingest.PartThreads;
import dev.millrace.connectors.sink.collection.Collections;
import dev.millrace.connectors.sink.derive.Deriver;
import dev.millrace.schema.topic.Topic;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.RangeAssignor;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * The part {@code indexer}: keeps the database equal to the topics.
 *
 * <p>Some {@link SinkWorker}s share the partition numbers through a consumer group, those of other
 * processes included. A number is the same of every topic, so all that concerns a repo is applied
 * by one worker; that two of them never write one number at a time is held by the database, not by
 * the group. Safe for use by several threads.
 */
public final class PostgresSink implements AutoCloseable {
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(20);

  /** Of what all workers together have read and not yet written. */
  private static final long MAX_QUEUED_BYTES = 128L * 1024 * 1024;

  private final PartThreads threads;
  private final SideTopics side;
  private final List<SinkWorker> workers = new ArrayList<>();
  private final CursorMirror mirror;
  private final Deriver deriver;

  private PostgresSink(SinkOptions options, MeterRegistry registry) {
    this.threads = new PartThreads("indexer");
    this.side = new SideTopics(options.kafka(), options.consumer());
    this.mirror = new CursorMirror(options);
    this.deriver = new Deriver(options.database(), options.notificationAge(), registry);
    SinkMetrics metrics = new SinkMetrics(registry);
    try {
      int count = Math.min(options.concurrency(), partitions(options));
      for (int i = 0; i < count; i++) {
        workers.add(worker(options, i, metrics, MAX_QUEUED_BYTES / count));
      }
    } catch (RuntimeException e) {
      side.close();
      throw e;
    }
    for (int i = 0; i < workers.size(); i++) {
      SinkWorker worker = workers.get(i);
      threads.start("worker " + i, () -> worker.run(threads::isStopping));
    }
    TombstoneRetention retention = new TombstoneRetention(options.database(), Clock.systemUTC());
    threads.start("tombstones", () -> retention.run(threads::isStopping));
    ReplayEnd replayEnd = new ReplayEnd(options.database());
    threads.start("end of replay", () -> replayEnd.run(threads::sleep));
    threads.start("cursor mirror", () -> mirror.run(threads::isStopping));
    threads.start("deriver", () -> deriver.run(threads::isStopping));
    threads.ended().whenComplete((ended, failure) -> side.close());
  }

  /**
   * Starts; the topics must exist and the database be migrated.
   *
   * @throws org.apache.kafka.common.KafkaException if the cluster does not answer
   * @throws IllegalStateException if the topics do not have the same number of partitions
   */
  public static PostgresSink start(SinkOptions options, MeterRegistry registry) {
    return new PostgresSink(options, registry);
  }

  public String name() {
    return "indexer";
  }

  /** Whether rows can be written: false while a worker waits for the database or the cluster. */
  public boolean ready() {
    return !threads.isStopping()
        && !threads.ended().toCompletableFuture().isDone()
        && !mirror.isWaiting()
        && !deriver.isWaiting()
        && workers.stream().noneMatch(SinkWorker::isWaiting);
  }

  /** Completes when the part has stopped: normally if it was closed, else with what it died of. */
  public CompletionStage<Void> ended() {
    return threads.ended();
  }

  /** Lets the transactions in hand end, and stops. */
  public boolean close(Duration limit) {
    boolean hasStopped = threads.stop(limit);
    side.close();
    return hasStopped;
  }

  @Override
  public void close() {
    close(CLOSE_LIMIT);
  }

  private SinkWorker worker(
      SinkOptions options, int number, SinkMetrics metrics, long maxQueuedBytes) {
    return new SinkWorker(
        options,
        new KafkaConsumer<>(
            settings(options, number), new ByteArrayDeserializer(), new ByteArrayDeserializer()),
        new BatchWriter(options, Collections.indexed(options.notificationAge()), side, metrics),
        metrics,
        maxQueuedBytes,
        deriver::isBehind);
  }

  private static int partitions(SinkOptions options) {
    try (KafkaConsumer<byte[], byte[]> asker =
        new KafkaConsumer<>(
            settings(options, 0), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      Map<String, Integer> counts = new HashMap<>();
      for (Topic topic : options.streams()) {
        counts.put(topic.topicName(), asker.partitionsFor(topic.topicName()).size());
      }
      if (counts.values().stream().distinct().count() != 1) {
        throw new IllegalStateException(
            "a repo must have the same partition number in every topic, but they have " + counts);
      }
      return counts.values().iterator().next();
    }
  }

  private static Map<String, Object> settings(SinkOptions options, int worker) {
    Map<String, Object> settings = new HashMap<>(options.kafka().security());
    settings.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, options.kafka().bootstrapServers());
    settings.put(ConsumerConfig.GROUP_ID_CONFIG, options.group());
    settings.put(ConsumerConfig.CLIENT_ID_CONFIG, options.consumer() + "-" + worker);
    // Each number of all topics goes to one member; the topics have the same numbers.
    settings.put(
        ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG, RangeAssignor.class.getName());
    settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
    settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    settings.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, 10_000);
    settings.put(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, 2_000);
    settings.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, options.batchSize());
    // Many workers in one process: each fetch brings a batch's worth, not the client's 50 MiB.
    settings.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, 4 * 1024 * 1024);
    settings.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, 1024 * 1024);
    settings.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 100);
    return settings;
  }
}
