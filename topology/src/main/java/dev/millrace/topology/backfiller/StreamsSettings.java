package dev.millrace.topology.backfiller;

import dev.millrace.schema.topic.Topic;
import java.time.Duration;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.streams.StreamsConfig;

/** The settings of Kafka Streams that the backfiller's shape needs; each was found to matter. */
final class StreamsSettings {
  private StreamsSettings() {}

  static Properties of(BackfillerOptions options) {
    Properties settings = new Properties();
    settings.put(StreamsConfig.APPLICATION_ID_CONFIG, options.applicationId());
    settings.put(StreamsConfig.CLIENT_ID_CONFIG, options.clientId());
    settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, options.bootstrapServers());
    settings.put(StreamsConfig.STATE_DIR_CONFIG, options.stateDir().toString());
    settings.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, options.threads());
    settings.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
    settings.put(StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG, SmallStores.class);
    settings.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, 0);
    settings.put(
        StreamsConfig.PRODUCTION_EXCEPTION_HANDLER_CLASS_CONFIG, StopOnProductionError.class);
    // Held partitions need the classic protocol: under `streams` custom consumers are not used.
    settings.put(StreamsConfig.GROUP_PROTOCOL_CONFIG, "classic");
    // A held listing has nothing buffered; requests must not wait for it.
    settings.put(StreamsConfig.MAX_TASK_IDLE_MS_CONFIG, -1L);
    // What is buffered is taken even when the partition is held: little, so that lag is the work.
    settings.put(StreamsConfig.BUFFERED_RECORDS_PER_PARTITION_CONFIG, 16);
    settings.put(main(ConsumerConfig.MAX_POLL_RECORDS_CONFIG), 16);
    // Requests and finished fetches are seen soon though nothing else arrives.
    settings.put(StreamsConfig.POLL_MS_CONFIG, 10L);
    settings.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, 100L);
    settings.put(main(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG), millis(Duration.ofSeconds(6)));
    settings.put(main(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG), 1_500);
    settings.put(main(ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG), millis(Duration.ofSeconds(30)));
    settings.put(producer(ProducerConfig.BATCH_SIZE_CONFIG), 256 * 1024);
    settings.put(producer(ProducerConfig.LINGER_MS_CONFIG), 5);
    settings.put(producer(ProducerConfig.COMPRESSION_TYPE_CONFIG), "lz4");
    settings.put(producer(ProducerConfig.MAX_REQUEST_SIZE_CONFIG), Topic.MAX_EVENT_BYTES);
    return settings;
  }

  private static String main(String name) {
    return StreamsConfig.mainConsumerPrefix(name);
  }

  private static String producer(String name) {
    return StreamsConfig.producerPrefix(name);
  }

  private static int millis(Duration duration) {
    return (int) duration.toMillis();
  }
}
