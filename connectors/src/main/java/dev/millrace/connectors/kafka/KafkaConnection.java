package dev.millrace.connectors.kafka;

import dev.millrace.schema.topic.Topic;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;

/**
 * How to reach the cluster, and the client settings that the guarantees rest on.
 *
 * @param bootstrapServers {@code host:port[,host:port…]}
 * @param security further client properties (SASL, TLS), the same for every client; never one of
 *     those that this class sets
 */
public record KafkaConnection(String bootstrapServers, Map<String, String> security) {
  /** A transaction left open by a killed writer holds readers back for this long at most. */
  static final int TRANSACTION_TIMEOUT_MS = 60_000;

  /** No single client call waits longer; the loops around the calls decide whether to go on. */
  static final int CALL_TIMEOUT_MS = 10_000;

  public KafkaConnection {
    if (bootstrapServers.isBlank()) {
      throw new IllegalArgumentException("bootstrap servers: none given, want host:port[,…]");
    }
    security = Map.copyOf(security);
  }

  public KafkaConnection(String bootstrapServers) {
    this(bootstrapServers, Map.of());
  }

  Map<String, Object> transactionalProducer(String transactionalId) {
    Map<String, Object> settings = common();
    settings.put(ProducerConfig.CLIENT_ID_CONFIG, transactionalId);
    settings.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, transactionalId);
    settings.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, TRANSACTION_TIMEOUT_MS);
    settings.put(ProducerConfig.ACKS_CONFIG, "all");
    settings.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
    // The commit flushes what lingers, so lingering fills batches and delays nobody.
    settings.put(ProducerConfig.LINGER_MS_CONFIG, 50);
    settings.put(ProducerConfig.BATCH_SIZE_CONFIG, 512 * 1024);
    settings.put(ProducerConfig.BUFFER_MEMORY_CONFIG, 64L * 1024 * 1024);
    settings.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, Topic.MAX_EVENT_BYTES);
    settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, (long) CALL_TIMEOUT_MS);
    settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 30_000);
    settings.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, CALL_TIMEOUT_MS);
    return settings;
  }

  /** Reads what is committed, from where it is told, in no group. */
  public Map<String, Object> committedReader() {
    Map<String, Object> settings = common();
    settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    settings.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 100);
    settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    settings.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, CALL_TIMEOUT_MS);
    return settings;
  }

  /** Settings for an {@code Admin} client. */
  public Map<String, Object> admin() {
    Map<String, Object> settings = common();
    settings.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, CALL_TIMEOUT_MS / 2);
    settings.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, CALL_TIMEOUT_MS);
    return settings;
  }

  private Map<String, Object> common() {
    Map<String, Object> settings = new HashMap<>(security);
    settings.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
    settings.put(CommonClientConfigs.RECONNECT_BACKOFF_MAX_MS_CONFIG, 2_000L);
    return settings;
  }
}
