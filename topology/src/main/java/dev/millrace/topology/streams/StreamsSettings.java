package dev.millrace.topology.streams;

import dev.millrace.schema.topic.Topic;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.streams.StreamsConfig;

/**
 * The settings of Kafka Streams that both applications need; each was found to matter.
 *
 * @param applicationId consumer group, prefix of the stores' changelogs, transactional ids
 * @param clientId names this process in Kafka's logs and metrics
 * @param stateDir of the stores; must outlive the process for a quick start
 * @param threads stream threads
 */
public record StreamsSettings(
    String bootstrapServers, String applicationId, String clientId, Path stateDir, int threads) {

  public StreamsSettings {
    if (bootstrapServers.isBlank() || applicationId.isBlank()) {
      throw new IllegalArgumentException("bootstrapServers and applicationId must not be empty");
    }
    if (threads < 1) {
      throw new IllegalArgumentException("threads must be at least 1, is " + threads);
    }
  }

  /** A fresh copy, for an application to add its own to. */
  public Properties properties() {
    Properties settings = new Properties();
    settings.put(StreamsConfig.APPLICATION_ID_CONFIG, applicationId);
    settings.put(StreamsConfig.CLIENT_ID_CONFIG, clientId);
    settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
    settings.put(StreamsConfig.STATE_DIR_CONFIG, stateDir.toString());
    settings.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, threads);
    settings.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
    settings.put(StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG, SmallStores.class);
    settings.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, 0);
    settings.put(
        StreamsConfig.PRODUCTION_EXCEPTION_HANDLER_CLASS_CONFIG, StopOnProductionError.class);
    settings.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, 100L);
    // Kafka being away is waited for; the default of five minutes would end the part.
    settings.put(StreamsConfig.TASK_TIMEOUT_MS_CONFIG, Duration.ofDays(7).toMillis());
    settings.put(main(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG), millis(Duration.ofSeconds(6)));
    settings.put(main(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG), 1_500);
    settings.put(main(ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG), millis(Duration.ofSeconds(30)));
    settings.put(producer(ProducerConfig.BATCH_SIZE_CONFIG), 256 * 1024);
    settings.put(producer(ProducerConfig.LINGER_MS_CONFIG), 5);
    settings.put(producer(ProducerConfig.COMPRESSION_TYPE_CONFIG), "lz4");
    settings.put(producer(ProducerConfig.MAX_REQUEST_SIZE_CONFIG), Topic.MAX_EVENT_BYTES);
    return settings;
  }

  /** The name of a setting of the main consumers. */
  public static String main(String name) {
    return StreamsConfig.mainConsumerPrefix(name);
  }

  private static String producer(String name) {
    return StreamsConfig.producerPrefix(name);
  }

  private static int millis(Duration duration) {
    return (int) duration.toMillis();
  }
}
