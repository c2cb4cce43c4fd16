package dev.millrace.connectors.sink.guarantee;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.sql.Connection;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/** What {@code kafka-consumer-groups --describe} shows of the group comes down to 0 everywhere. */
final class LagComesToZero implements DeliveryGuarantee {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final String bootstrapServers;
  private final String group;
  private final Iterable<TopicPartition> partitions;

  LagComesToZero(String bootstrapServers, String group, Iterable<TopicPartition> partitions) {
    this.bootstrapServers = bootstrapServers;
    this.group = group;
    this.partitions = partitions;
  }

  @Override
  public void checkAtRest(Connection database) {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
      await()
          .atMost(LIMIT)
          .untilAsserted(
              () ->
                  assertThat(lags(admin))
                      .isNotEmpty()
                      .allSatisfy((p, lag) -> assertThat(lag).isZero()));
    }
  }

  private Map<String, Long> lags(Admin admin) throws Exception {
    Map<TopicPartition, OffsetAndMetadata> committed =
        admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get();
    Map<TopicPartition, OffsetSpec> latest = new java.util.HashMap<>();
    partitions.forEach(partition -> latest.put(partition, OffsetSpec.latest()));
    return admin.listOffsets(latest).all().get().entrySet().stream()
        .collect(
            Collectors.toMap(
                end -> end.getKey().toString(),
                end -> {
                  OffsetAndMetadata position = committed.get(end.getKey());
                  return end.getValue().offset() - (position == null ? 0 : position.offset());
                },
                (one, other) -> one,
                TreeMap::new));
  }
}
