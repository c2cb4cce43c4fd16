package dev.millrace.topology.tracker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.embedded.EmbeddedKafka;
import dev.millrace.schema.event.CommitEvent;
import dev.millrace.schema.event.EventCodec;
import dev.millrace.schema.event.PlcIdentity;
import dev.millrace.schema.topic.Topic;
import dev.millrace.simulator.Simulator;
import dev.millrace.simulator.SimulatorOptions;
import dev.millrace.simulator.world.Account;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A mirror of many identities before a tracker that knows none of them yet, and one that lost what
 * it knew. {@code -Dmillrace.mirrored=N} for another number.
 */
final class LargeMirrorIT {
  private static final Logger log = LoggerFactory.getLogger(LargeMirrorIT.class);
  private static final int MIRRORED = Integer.getInteger("millrace.mirrored", 600_000);
  private static final int ACCOUNTS = 20;
  private static final Duration LONG = Duration.ofMinutes(4);

  @TempDir Path dir;

  @Test
  void shouldNotLetLiveWaitBehindTheMirror() throws Exception {
    try (EmbeddedKafka broker = EmbeddedKafka.temporary();
        TrackerTopics topics = new TrackerTopics(broker.bootstrapServers());
        Simulator network = Simulator.start(SimulatorOptions.of(11, ACCOUNTS).withBacklog(0));
        Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
      mirror(broker.bootstrapServers());
      List<Account> accounts = network.world().accounts();
      long begin = System.nanoTime();
      try (Tracker tracker = tracker(broker, dir.resolve("first"), network)) {
        until(tracker, () -> lag(admin) < MIRRORED);
        long during = live(tracker, topics, accounts.subList(0, ACCOUNTS / 2));
        assertThat(lag(admin)).as("left of the mirror").isPositive();
        until(tracker, () -> lag(admin) == 0);
        long whole = (System.nanoTime() - begin) / 1_000_000;
        long after = live(tracker, topics, accounts.subList(ACCOUNTS / 2, ACCOUNTS));
        log.info(
            "{} mirrored within {} ms; live within {} ms meanwhile, {} ms afterwards",
            MIRRORED,
            whole,
            during,
            after);
      }
      long again = System.nanoTime();
      try (Tracker tracker = tracker(broker, dir.resolve("second"), network)) {
        until(tracker, tracker::ready);
        log.info("restored from nothing in {} ms", (System.nanoTime() - again) / 1_000_000);
      }
    }
  }

  /** Milliseconds until the tracker has asked for each of them. */
  private static long live(Tracker tracker, TrackerTopics topics, List<Account> accounts) {
    int asked = topics.requests().size();
    long begin = System.nanoTime();
    accounts.forEach(account -> topics.live(commit(account)));
    until(tracker, () -> topics.requests().size() >= asked + accounts.size());
    return (System.nanoTime() - begin) / 1_000_000;
  }

  private static Tracker tracker(EmbeddedKafka broker, Path stateDir, Simulator network) {
    return Tracker.start(
        TrackerProcess.options(
            broker.bootstrapServers(), stateDir, network.plc(), network.pdses().getFirst()),
        new SimpleMeterRegistry());
  }

  private static void until(Tracker tracker, Callable<Boolean> condition) {
    await()
        .atMost(LONG)
        .pollInterval(Duration.ofMillis(20))
        .until(
            () -> {
              assertThat(tracker.failure()).isEmpty();
              return condition.call();
            });
  }

  /** What the tracker's group has left of the mirror. */
  private static long lag(Admin admin) throws Exception {
    List<TopicPartition> partitions =
        IntStream.range(0, TrackerTopics.PARTITIONS)
            .mapToObj(p -> new TopicPartition(Topic.PLC_IDENTITIES.topicName(), p))
            .toList();
    Map<TopicPartition, ListOffsetsResultInfo> ends =
        admin
            .listOffsets(
                partitions.stream().collect(Collectors.toMap(p -> p, p -> OffsetSpec.latest())))
            .all()
            .get();
    Map<TopicPartition, OffsetAndMetadata> positions =
        admin
            .listConsumerGroupOffsets(TrackerOptions.DEFAULT_GROUP)
            .partitionsToOffsetAndMetadata()
            .get();
    long lag = 0;
    for (Map.Entry<TopicPartition, ListOffsetsResultInfo> end : ends.entrySet()) {
      OffsetAndMetadata position = positions.get(end.getKey());
      lag += end.getValue().offset() - (position == null ? 0 : position.offset());
    }
    return lag;
  }

  private static void mirror(String bootstrapServers) {
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of(
                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                bootstrapServers,
                ProducerConfig.LINGER_MS_CONFIG,
                20,
                ProducerConfig.COMPRESSION_TYPE_CONFIG,
                "lz4"),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      for (int number = 0; number < MIRRORED; number++) {
        String did = "did:plc:" + "%024d".formatted(number).replace('0', 'a').replace('1', 'b');
        PlcIdentity identity =
            new PlcIdentity(
                did,
                "name" + number + ".bsky.social",
                "https://host" + number % 100 + ".us-east.host.bsky.network",
                "did:key:zQ3shokFTS3brHcDQrn82RUDfCZESWL1ZdCEJwekUDPQiYBme",
                false,
                "2024-01-01T00:00:00Z");
        var _ =
            producer.send(
                new ProducerRecord<>(
                    Topic.PLC_IDENTITIES.topicName(), Topic.key(did), EventCodec.encode(identity)));
      }
      producer.flush();
    }
  }

  private static CommitEvent commit(Account account) {
    return new CommitEvent(
        7,
        "2026-01-01T00:00:00Z",
        account.did().value(),
        "relay",
        "c",
        "3l2aaaaaaaa23",
        "3l2aaaaaaaa22",
        null,
        "d",
        false);
  }
}
