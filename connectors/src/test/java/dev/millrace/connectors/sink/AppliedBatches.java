package dev.millrace.connectors.sink;

import dev.millrace.connectors.kafka.KafkaConnection;
import dev.millrace.connectors.sink.collection.Collections;
import dev.millrace.connectors.sink.collection.NotificationAge;
import dev.millrace.connectors.sink.derive.Deriver;
import dev.millrace.connectors.sink.sql.SinkSession;
import dev.millrace.connectors.sink.verify.Recount;
import dev.millrace.schema.event.EventCodec;
import dev.millrace.schema.event.LabelEvent;
import dev.millrace.schema.event.RepoEvent;
import dev.millrace.schema.event.ResolvedIdentity;
import dev.millrace.schema.topic.Topic;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Events applied to a database in batches that the test cuts, without a consumer between. */
final class AppliedBatches implements AutoCloseable {
  private final int partition;

  private final SideTopics side;
  private final BatchWriter writer;
  private final SinkDatabase database;
  private final Deriver deriver;
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final Map<Topic, Long> written = new EnumMap<>(Topic.class);
  private Map<Topic, Long> stored = new EnumMap<>(Topic.class);

  AppliedBatches(SinkDatabase database) {
    this(database, 0);
  }

  AppliedBatches(SinkDatabase database, int partition) {
    this(database, partition, NotificationAge.any());
  }

  AppliedBatches(SinkDatabase database, NotificationAge age) {
    this(database, 0, age);
  }

  private AppliedBatches(SinkDatabase database, int partition, NotificationAge age) {
    this.partition = partition;
    SinkOptions options =
        SinkOptions.of(new KafkaConnection(SinkDatabase.bootstrapServers()), database.dataSource());
    this.database = database;
    deriver = new Deriver(database.dataSource(), age, meters);
    side = new SideTopics(options.kafka(), "test");
    writer = new BatchWriter(options, Collections.indexed(age), side, new SinkMetrics(meters));
  }

  BatchWriter writer() {
    return writer;
  }

  PoisonSearch search() {
    return new PoisonSearch(writer, new SinkMetrics(meters));
  }

  double rollbacks(String cause) {
    return meters.counter("millrace.sink.rollbacks", "cause", cause).count();
  }

  void live(RepoEvent... events) throws Exception {
    batch(Arrays.stream(events).map(this::nextLive).toList());
  }

  void backfill(RepoEvent... events) throws Exception {
    batch(Arrays.stream(events).map(this::nextBackfill).toList());
  }

  void labels(LabelEvent... events) throws Exception {
    batch(
        Arrays.stream(events)
            .map(event -> incoming(Topic.LABEL_LIVE, EventCodec.encode(event)))
            .toList());
  }

  void identities(ResolvedIdentity... identities) throws Exception {
    batch(Arrays.stream(identities).map(this::nextIdentity).toList());
  }

  Incoming nextIdentity(ResolvedIdentity identity) {
    return incoming(Topic.IDENTITIES, EventCodec.encode(identity));
  }

  /** As after {@code millrace replay --topic}: positions are set back, rows stay. */
  void readAgain(List<Incoming> events) throws Exception {
    database.execute("DELETE FROM partition_position");
    stored = new EnumMap<>(Topic.class);
    batch(events);
  }

  /** Derives until nothing is left to do. */
  void derive() throws Exception {
    while (deriver.deriveBatch() > 0) {}
  }

  /** The counters that are not what a count finds. */
  List<Recount.Difference> miscounted() throws Exception {
    try (Connection connection = database.dataSource().getConnection()) {
      List<Recount.Difference> differences = new ArrayList<>();
      Recount.compare(
          SinkSession.sql(connection),
          Collections.indexed(),
          (counter, found) -> differences.addAll(found));
      return differences;
    }
  }

  Incoming nextLive(RepoEvent event) {
    return incoming(Topic.FIREHOSE_LIVE, EventCodec.encode(event));
  }

  Incoming nextBackfill(RepoEvent event) {
    return incoming(Topic.FIREHOSE_BACKFILL, EventCodec.encode(event));
  }

  /** The next record of a topic. */
  Incoming incoming(Topic topic, byte[] value) {
    long offset = written.merge(topic, 1L, Long::sum) - 1;
    return Incoming.of(
        topic,
        new ConsumerRecord<>(topic.topicName(), partition, offset, Topic.key("did:x"), value));
  }

  /** The offset that the next live event will have. */
  long livePos() {
    return written.getOrDefault(Topic.FIREHOSE_LIVE, 0L);
  }

  /** Applies these as one batch, or as few as the writer makes of it. */
  void batch(List<Incoming> events) throws Exception {
    List<Incoming> left = new ArrayList<>(events);
    while (!left.isEmpty()) {
      Batch applied = writer.write(next(left));
      stored = applied.after();
      left = left.subList(applied.events().size(), left.size());
    }
  }

  Batch next(List<Incoming> events) {
    Map<Topic, Long> after = new EnumMap<>(Topic.class);
    after.putAll(stored);
    events.forEach(event -> after.put(event.topic(), event.offset() + 1));
    return new Batch(partition, stored, events, after);
  }

  double counted(String outcome) {
    return meters.find("millrace.sink.events").tag("outcome", outcome).counters().stream()
        .mapToDouble(counter -> counter.count())
        .sum();
  }

  double deadLetters(String reason, String collection) {
    return meters
        .counter("millrace.sink.dead.letters", "reason", reason, "collection", collection)
        .count();
  }

  double deadLetters(String reason) {
    return meters.find("millrace.sink.dead.letters").tag("reason", reason).counters().stream()
        .mapToDouble(counter -> counter.count())
        .sum();
  }

  @Override
  public void close() {
    writer.close();
    deriver.close();
    side.close();
  }
}
