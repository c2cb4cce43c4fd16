package dev.millrace.topology.backfiller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.atproto.cid.Cid;
import dev.millrace.schema.event.AccountEvent;
import dev.millrace.schema.event.DeadLetter;
import dev.millrace.schema.event.EventCodec;
import dev.millrace.schema.event.PlcIdentity;
import dev.millrace.schema.event.RecordEvent;
import dev.millrace.schema.event.RepoEvent;
import dev.millrace.schema.event.RepoListing;
import dev.millrace.schema.event.RepoRequest;
import dev.millrace.schema.event.Scope;
import dev.millrace.schema.event.SnapshotEvent;
import dev.millrace.schema.topic.Topic;
import dev.millrace.schema.topic.Topics;
import dev.millrace.topology.backfiller.network.TestRepo;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** The topics as a test sees them: writes the inputs in transactions, reads what is committed. */
final class KafkaSide implements AutoCloseable {
  static final int PARTITIONS = 4;

  private final String bootstrapServers;
  private final Admin admin;
  private final KafkaProducer<byte[], byte[]> producer;
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final List<RepoEvent> events = new ArrayList<>();
  private final List<Backfiller> watched = new ArrayList<>();
  private final Set<String> closedDids = new HashSet<>();
  private int seen;
  private final List<DeadLetter> letters = new ArrayList<>();

  KafkaSide(String bootstrapServers) {
    this.bootstrapServers = bootstrapServers;
    admin =
        Admin.create(
            Map.<String, Object>of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers));
    Topics.create(admin, PARTITIONS, 1);
    producer =
        new KafkaProducer<>(
            Map.of(
                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                bootstrapServers,
                ProducerConfig.TRANSACTIONAL_ID_CONFIG,
                "test-inputs"),
            new ByteArraySerializer(),
            new ByteArraySerializer());
    producer.initTransactions();
    consumer =
        new KafkaConsumer<>(
            Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                bootstrapServers,
                ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                "read_committed",
                ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
                50_000,
                ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG,
                8 << 20),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    List<TopicPartition> all = new ArrayList<>();
    for (int p = 0; p < PARTITIONS; p++) {
      all.add(new TopicPartition(Topic.FIREHOSE_BACKFILL.topicName(), p));
      all.add(new TopicPartition(Topic.DEAD_LETTERS.topicName(), p));
    }
    consumer.assign(all);
    consumer.seekToBeginning(all);
  }

  String bootstrapServers() {
    return bootstrapServers;
  }

  void list(List<TestRepo> repos) {
    write(repos.stream().map(repo -> listing(repo, null)).toList());
  }

  void listings(List<RepoListing> listings) {
    write(listings.stream().map(KafkaSide::record).toList());
  }

  /** As a mirror of the directory writes them. */
  void mirror(Collection<PlcIdentity> identities) {
    write(
        identities.stream()
            .map(
                identity ->
                    new ProducerRecord<>(
                        Topic.PLC_IDENTITIES.topicName(),
                        Topic.key(identity.did()),
                        EventCodec.encode(identity)))
            .toList());
  }

  void list(TestRepo repo) {
    list(List.of(repo));
  }

  void listAs(TestRepo repo, String status) {
    write(List.of(listing(repo, status)));
  }

  void request(TestRepo repo) {
    request(repo, Scope.FULL);
  }

  void request(TestRepo repo, Scope scope) {
    request(repo, scope, "user");
  }

  void request(TestRepo repo, String reason) {
    request(repo, Scope.FULL, reason);
  }

  private void request(TestRepo repo, Scope scope, String reason) {
    String did = repo.did().value();
    write(
        List.of(
            new ProducerRecord<>(
                Topic.REPO_REQUESTS.topicName(),
                Topic.key(did),
                EventCodec.encode(
                    new RepoRequest(did, reason, scope, null, null, "2026-01-01T00:00:00Z")))));
  }

  private static ProducerRecord<byte[], byte[]> listing(TestRepo repo, @Nullable String status) {
    return record(
        new RepoListing(repo.did().value(), "relay.example", repo.rev(), status, status == null));
  }

  private static ProducerRecord<byte[], byte[]> record(RepoListing listing) {
    return new ProducerRecord<>(
        Topic.REPO_BACKFILL.topicName(), Topic.key(listing.did()), EventCodec.encode(listing));
  }

  private void write(List<ProducerRecord<byte[], byte[]>> records) {
    producer.beginTransaction();
    List<Future<RecordMetadata>> sent = records.stream().map(producer::send).toList();
    producer.commitTransaction();
    assertThat(sent).allMatch(Future::isDone);
  }

  /** All events so far, in the order of each partition. */
  List<RepoEvent> events() {
    poll();
    return events;
  }

  /** All that is committed by now. */
  List<RepoEvent> allEvents() {
    Map<TopicPartition, Long> ends = consumer.endOffsets(consumer.assignment());
    until(
        Duration.ofSeconds(60),
        () -> {
          poll();
          return ends.entrySet().stream()
              .allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
        });
    return events;
  }

  List<DeadLetter> letters(TestRepo repo) {
    poll();
    return letters.stream().filter(l -> repo.did().value().equals(l.did())).toList();
  }

  List<SnapshotEvent> closed(TestRepo repo) {
    return events().stream()
        .filter(e -> e instanceof SnapshotEvent && e.did().equals(repo.did().value()))
        .map(SnapshotEvent.class::cast)
        .toList();
  }

  List<AccountEvent> accounts(TestRepo repo) {
    return events().stream()
        .filter(e -> e instanceof AccountEvent && e.did().equals(repo.did().value()))
        .map(AccountEvent.class::cast)
        .toList();
  }

  void awaitClosed(TestRepo repo) {
    until(Duration.ofSeconds(60), () -> !closed(repo).isEmpty());
  }

  void awaitClosed(List<TestRepo> repos, Duration atMost) {
    Set<String> missing = new HashSet<>();
    repos.forEach(repo -> missing.add(repo.did().value()));
    until(
        atMost,
        () -> {
          List<RepoEvent> all = events();
          all.subList(Math.min(seen, all.size()), all.size()).stream()
              .filter(SnapshotEvent.class::isInstance)
              .forEach(e -> closedDids.add(e.did()));
          seen = all.size();
          missing.removeAll(closedDids);
          letters.forEach(
              letter -> assertThat(missing).as("%s", letter).doesNotContain(letter.did()));
          return missing.isEmpty();
        });
  }

  /** Waits for the condition, and no longer than the backfillers live. */
  void until(Duration atMost, BooleanSupplier condition) {
    await()
        .pollInterval(Duration.ofMillis(50))
        .failFast(() -> watched.forEach(backfiller -> assertThat(backfiller.failure()).isEmpty()))
        .atMost(atMost)
        .until(condition::getAsBoolean);
  }

  Backfiller watch(Backfiller backfiller) {
    watched.add(backfiller);
    return backfiller;
  }

  /**
   * Every snapshot that is closed holds exactly the repo, all of it before its closing event, and
   * the repo has one.
   */
  void assertEqual(TestRepo repo) {
    String did = repo.did().value();
    Map<String, Map<String, String>> open = new HashMap<>();
    int closings = 0;
    for (RepoEvent event : events()) {
      if (!event.did().equals(did)) {
        continue;
      }
      switch (event) {
        case RecordEvent record -> {
          assertThat(record.snapshot()).isNotNull();
          assertThat(record.rev()).isEqualTo(repo.rev());
          assertThat(
                  open.computeIfAbsent(record.snapshot().id(), s -> new TreeMap<>())
                      .put(record.collection() + "/" + record.rkey(), record.cid()))
              .as("one event a record of a snapshot")
              .isNull();
        }
        case SnapshotEvent closing -> {
          closings++;
          Map<String, String> records = open.getOrDefault(closing.snapshot().id(), new TreeMap<>());
          assertThat(closing.scope()).isEqualTo(Scope.FULL);
          assertThat(closing.count()).isEqualTo(records.size());
          assertThat(records).isEqualTo(texts(repo.records()));
        }
        default -> {}
      }
    }
    assertThat(closings).as("snapshots of " + did).isPositive();
  }

  private static Map<String, String> texts(Map<String, Cid> cids) {
    Map<String, String> texts = new TreeMap<>();
    cids.forEach((path, cid) -> texts.put(path, cid.toString()));
    return texts;
  }

  /** What the group has not consumed of a topic. */
  long lag(String group, Topic topic) {
    Map<TopicPartition, OffsetAndMetadata> committed =
        get(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata());
    long lag = 0;
    for (Map.Entry<TopicPartition, Long> end : offsets(topic, OffsetSpec.latest()).entrySet()) {
      OffsetAndMetadata position = committed.get(end.getKey());
      lag += end.getValue() - (position == null ? 0 : position.offset());
    }
    return lag;
  }

  /** As a sink would that has stored all events. */
  void commitEverything(String group) {
    commit(group, offsets(Topic.FIREHOSE_BACKFILL, OffsetSpec.latest()));
  }

  void rewind(String group, Topic topic) {
    Map<TopicPartition, Long> zero = new HashMap<>();
    offsets(topic, OffsetSpec.earliest()).keySet().forEach(partition -> zero.put(partition, 0L));
    commit(group, zero);
  }

  /** Deletes every record. */
  void trim(Topic topic) {
    Map<TopicPartition, RecordsToDelete> all = new HashMap<>();
    offsets(topic, OffsetSpec.latest())
        .forEach((partition, end) -> all.put(partition, RecordsToDelete.beforeOffset(end)));
    get(admin.deleteRecords(all).all());
  }

  private void commit(String group, Map<TopicPartition, Long> positions) {
    Map<TopicPartition, OffsetAndMetadata> all = new HashMap<>();
    positions.forEach((partition, at) -> all.put(partition, new OffsetAndMetadata(at)));
    get(admin.alterConsumerGroupOffsets(group, all).all());
  }

  private Map<TopicPartition, Long> offsets(Topic topic, OffsetSpec spec) {
    Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
    for (int p = 0; p < PARTITIONS; p++) {
      asked.put(new TopicPartition(topic.topicName(), p), spec);
    }
    Map<TopicPartition, Long> offsets = new HashMap<>();
    get(admin.listOffsets(asked).all()).forEach((p, info) -> offsets.put(p, info.offset()));
    return offsets;
  }

  private static <T> T get(KafkaFuture<T> future) {
    try {
      return future.get(30, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private void poll() {
    for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(50))) {
      if (record.topic().equals(Topic.DEAD_LETTERS.topicName())) {
        letters.add(DeadLetter.from(record));
      } else {
        RepoEvent event = EventCodec.decode(record.value());
        assertThat(Topic.partitionOf(event.did(), PARTITIONS)).isEqualTo(record.partition());
        events.add(event);
      }
    }
  }

  @Override
  public void close() {
    consumer.close();
    producer.close();
    admin.close();
  }
}
