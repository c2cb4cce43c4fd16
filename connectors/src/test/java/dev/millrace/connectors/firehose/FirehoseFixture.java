package dev.millrace.connectors.firehose;

import static org.awaitility.Awaitility.await;

import dev.millrace.atproto.stream.StreamClient;
import dev.millrace.atproto.stream.StreamLimits;
import dev.millrace.atproto.xrpc.AddressGuard;
import dev.millrace.connectors.ingest.BatchLimits;
import dev.millrace.connectors.ingest.FakeHost;
import dev.millrace.connectors.ingest.FakeIdentities;
import dev.millrace.connectors.ingest.IngestPart;
import dev.millrace.connectors.kafka.Cluster;
import dev.millrace.connectors.kafka.WriteSteps;
import dev.millrace.schema.event.CommitEvent;
import dev.millrace.schema.event.CursorValue;
import dev.millrace.schema.event.DeadLetter;
import dev.millrace.schema.event.EventCodec;
import dev.millrace.schema.event.RecordEvent;
import dev.millrace.schema.event.RepoEvent;
import dev.millrace.schema.event.RepoRequest;
import dev.millrace.schema.topic.Topic;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import okhttp3.OkHttpClient;

/** A relay, identities, and producers of it; what they wrote, of this relay alone. */
final class FirehoseFixture implements AutoCloseable {
  static final Duration SOON = Duration.ofSeconds(20);

  final Cluster cluster;
  final FakeHost relay = new FakeHost();
  final FakeIdentities identities = new FakeIdentities();
  final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final List<IngestPart> producers = new ArrayList<>();

  FirehoseFixture(Cluster cluster) {
    this.cluster = cluster;
  }

  static StreamClient client() {
    return new StreamClient(
        AddressGuard.of(true).install(new OkHttpClient.Builder()).build(), StreamLimits.DEFAULT);
  }

  /** From the relay's oldest frame. */
  IngestPart start() {
    return start(options -> options.firstCursor(0L), WriteSteps.NONE);
  }

  IngestPart start(UnaryOperator<FirehoseOptions> choose, WriteSteps steps) {
    FirehoseOptions options =
        choose.apply(
            FirehoseOptions.of(relay.host())
                .batches(BatchLimits.DEFAULT.batches(50, Duration.ofMillis(100))));
    IngestPart producer =
        FirehoseProducer.start(
            options, cluster.connection(), client(), identities, meters, Clock.systemUTC(), steps);
    producers.add(producer);
    return producer;
  }

  List<RepoEvent> events() {
    String host = relay.host().name();
    return cluster.records(Topic.FIREHOSE_LIVE).stream()
        .map(record -> EventCodec.decode(record.value()))
        .filter(event -> host.equals(event.host()))
        .toList();
  }

  /** For example {@code create 7 app.bsky.feed.post/one}, {@code commit 7}. */
  List<String> told() {
    return events().stream().map(FirehoseFixture::tell).toList();
  }

  private static String tell(RepoEvent event) {
    return event instanceof RecordEvent record
        ? record.type() + " " + record.seq() + " " + record.collection() + "/" + record.rkey()
        : event.type() + " " + event.seq();
  }

  List<Long> commits() {
    return events().stream().filter(CommitEvent.class::isInstance).map(RepoEvent::seq).toList();
  }

  List<DeadLetter> deadLetters() {
    return cluster.deadLetters().stream()
        .filter(letter -> relay.host().name().equals(letter.host()))
        .toList();
  }

  List<String> reasons() {
    return deadLetters().stream().map(DeadLetter::reason).toList();
  }

  List<RepoRequest> requests() {
    return cluster.records(Topic.REPO_REQUESTS).stream()
        .map(record -> EventCodec.decodeRequest(record.value()))
        .filter(request -> relay.host().name().equals(request.host()))
        .toList();
  }

  String cursor() {
    return cluster
        .cursor("firehose:" + relay.host().name())
        .map(CursorValue::cursor)
        .orElse("none");
  }

  void awaitCursor(long cursor) {
    await().atMost(SOON).until(() -> cursor().equals(String.valueOf(cursor)));
  }

  double count(String meter, String reason) {
    return meters.find(meter).tag("reason", reason).counters().stream()
        .mapToDouble(counter -> counter.count())
        .sum();
  }

  /** Stops every producer. */
  void stop() {
    producers.forEach(producer -> producer.close(Duration.ofSeconds(10)));
    producers.clear();
  }

  @Override
  public void close() {
    stop();
    relay.close();
  }
}
