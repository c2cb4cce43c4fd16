package dev.millrace.connectors.repolist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.millrace.atproto.xrpc.AddressGuard;
import dev.millrace.atproto.xrpc.HttpLimits;
import dev.millrace.atproto.xrpc.XrpcClient;
import dev.millrace.connectors.ingest.FakeHost;
import dev.millrace.connectors.ingest.IngestPart;
import dev.millrace.connectors.ingest.IngestScope;
import dev.millrace.connectors.kafka.Cluster;
import dev.millrace.connectors.kafka.CursorStore;
import dev.millrace.connectors.kafka.WriteSteps;
import dev.millrace.schema.event.BadSpot;
import dev.millrace.schema.event.CursorKey;
import dev.millrace.schema.event.CursorValue;
import dev.millrace.schema.event.EventCodec;
import dev.millrace.schema.event.RepoListing;
import dev.millrace.schema.event.RepoRequest;
import dev.millrace.schema.topic.Topic;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RepoListProducerIT {
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final Duration NEVER = Duration.ofHours(1);
  private static final Cluster cluster = Cluster.start();

  private final FakeHost relay = new FakeHost();
  private final FakeListing listing = new FakeListing(relay);
  private final XrpcClient http = new XrpcClient(HttpLimits.DEFAULT, AddressGuard.of(true));
  private final List<IngestPart> producers = new ArrayList<>();

  @AfterEach
  void stopProducers() {
    producers.forEach(producer -> producer.close(Duration.ofSeconds(10)));
    http.close();
    relay.close();
  }

  @AfterAll
  static void stopCluster() {
    cluster.close();
  }

  /** A process that is killed: nothing catches it. */
  private static final class Killed extends Error {}

  private RepoListOptions options() {
    return RepoListOptions.of(relay.host()).pageSize(10).lookAgain(NEVER);
  }

  private RepoListProducer start(RepoListOptions options) {
    return start(options, WriteSteps.NONE);
  }

  private RepoListProducer start(RepoListOptions options, WriteSteps steps) {
    RepoListProducer producer =
        RepoListProducer.start(
            options,
            cluster.connection(),
            http,
            new SimpleMeterRegistry(),
            Clock.systemUTC(),
            steps);
    producers.add(producer);
    return producer;
  }

  private List<String> listed() {
    return cluster.records(Topic.REPO_BACKFILL).stream()
        .map(record -> EventCodec.decodeListing(record.value()))
        .filter(repo -> repo.host().equals(relay.host().name()))
        .map(RepoListing::did)
        .sorted()
        .toList();
  }

  private static List<String> dids(int from, int to) {
    return IntStream.range(from, to).mapToObj(FakeListing::did).toList();
  }

  private CursorValue cursor() {
    return cluster
        .cursor("repos:" + relay.host().name())
        .orElseGet(() -> CursorValue.at(null, null, "none"));
  }

  private void awaitDone() {
    await().atMost(SOON).until(() -> cursor().done());
  }

  @Test
  void shouldListEveryRepoAndRememberThatItIsDone() {
    listing.add(0, 25);
    start(options());
    awaitDone();
    assertThat(listed()).isEqualTo(dids(0, 25));
    assertThat(cursor().cursor()).isEqualTo("page-20");
    assertThat(listing.asked()).containsExactly("null", "page-10", "page-20");
  }

  @Test
  void shouldLookAgainFromItsLastCursorForWhatIsNew() {
    listing.add(0, 25);
    start(options().lookAgain(Duration.ofMillis(300)));
    awaitDone();
    listing.add(25, 40);
    await().atMost(SOON).until(() -> listed().size() == 40);
    assertThat(listed()).isEqualTo(dids(0, 40));
    assertThat(listing.asked()).startsWith("null", "page-10", "page-20", "page-20");
    assertThat(listing.asked().stream().filter("null"::equals)).hasSize(1);
  }

  @Test
  void shouldGoOnFromItsLastCursorAfterARestartWhenItWasDone() {
    listing.add(0, 25);
    IngestPart first = start(options());
    awaitDone();
    first.close(Duration.ofSeconds(10));
    listing.add(25, 28);
    IngestPart second = start(options());
    await().atMost(SOON).until(() -> listed().contains(FakeListing.did(27)));
    assertThat(second.ready()).isTrue();
    assertThat(listing.asked()).containsExactly("null", "page-10", "page-20", "page-20");
  }

  @Test
  void shouldRecordWhereItStandsWhenNothingCanBeDerivedAndGoOnWhenItPasses() {
    listing.add(0, 45);
    listing.spoil(23);
    IngestPart producer =
        start(
            options()
                .waits(
                    new ListingWaits(
                        Duration.ofMillis(2),
                        Duration.ofMillis(50),
                        2,
                        Duration.ofMillis(100),
                        Duration.ofMillis(100))));
    CursorKey stream = new CursorKey(CursorKey.Stream.REPOS, relay.host().name());
    CursorStore store = new CursorStore(cluster.connection());
    await().atMost(SOON).until(() -> store.spots().containsKey(stream.spot("page-23")));
    BadSpot standing = Objects.requireNonNull(store.spots().get(stream.spot("page-23")));
    assertThat(standing.from()).isEqualTo("page-23");
    assertThat(standing.to()).isNull();
    assertThat(standing.status()).isEqualTo(500);
    assertThat(listed()).isEqualTo(dids(0, 23));
    assertThat(producer.ready()).isFalse();
    listing.spoil(-1);
    awaitDone();
    assertThat(listed()).isEqualTo(dids(0, 45));
    assertThat(store.spots()).doesNotContainKey(stream.spot("page-23"));
  }

  @Test
  void shouldTryTheSameCursorAgainUntilItIsAnswered() {
    listing.add(0, 25);
    listing.fail(2, "");
    IngestPart producer = start(options());
    awaitDone();
    assertThat(listed()).isEqualTo(dids(0, 25));
    assertThat(producer.ready()).isTrue();
  }

  @Test
  void shouldNotTakeAnAnswerThatIsNoPageForTheEnd() {
    listing.add(0, 12);
    listing.fail(1, "{\"error\":\"none\"}");
    start(options());
    awaitDone();
    assertThat(listed()).isEqualTo(dids(0, 12));
  }

  @ParameterizedTest
  @EnumSource(WriteSteps.Step.class)
  void shouldLoseAndDoubleNothingWhenKilledAt(WriteSteps.Step deadly) {
    listing.add(0, 45);
    int[] batches = {0};
    RepoListProducer doomed =
        start(
            options(),
            step -> {
              if (step == WriteSteps.Step.BATCH_FILLED) {
                batches[0]++;
              }
              if (batches[0] == 3 && step == deadly) {
                throw new Killed();
              }
            });
    assertThatThrownBy(() -> doomed.ended().toCompletableFuture().get(20, TimeUnit.SECONDS))
        .hasRootCauseInstanceOf(Killed.class);
    start(options());
    awaitDone();
    assertThat(listed()).isEqualTo(dids(0, 45));
  }

  @Test
  void shouldSweepFromTheBeginningAfterAGapInTheFirehose() throws Exception {
    listing.add(0, 15);
    start(options().lookAgain(Duration.ofMillis(300)));
    awaitDone();
    new CursorStore(cluster.connection())
        .set(
            new CursorKey(CursorKey.Stream.FIREHOSE, relay.host().name()).gap(),
            CursorValue.gap("1", "9", Instant.now().toString()),
            new SimpleMeterRegistry());
    await().atMost(SOON).until(() -> listed().size() == 30);
    awaitDone();
    // The gap is older than the new sweep, which does not begin again.
    int asked = listing.asked().size();
    await().atMost(SOON).until(() -> listing.asked().size() > asked + 2);
    assertThat(listing.asked().stream().filter("null"::equals)).hasSize(2);
    assertThat(listed()).hasSize(30);
  }

  @Test
  void shouldPauseAtTheHighWaterMarkAndGoOnWhenTheBackfillerHasCaughtUp() throws Exception {
    String group = "backfiller-" + relay.host().name().hashCode();
    commitEnds(group);
    listing.add(0, 100);
    RepoListProducer producer = start(options().highWater(40, group, Duration.ofMillis(100)));
    await().atMost(SOON).until(producer::isPaused);
    await().atMost(SOON).until(() -> listed().size() >= 30);
    // What comes in the next moment was asked for before; it then stands still.
    int paused = listed().size();
    await().during(Duration.ofSeconds(1)).atMost(SOON).until(() -> listed().size() == paused);
    assertThat(paused).isLessThanOrEqualTo(50);

    Thread.ofPlatform()
        .daemon()
        .start(
            () -> {
              while (!cursor().done()) {
                commitEnds(group);
              }
            });
    awaitDone();
    assertThat(listed()).isEqualTo(dids(0, 100));
  }

  private static void commitEnds(String group) {
    try (Admin admin = Admin.create(cluster.connection().admin())) {
      Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
      admin
          .describeTopics(List.of(Topic.REPO_BACKFILL.topicName()))
          .allTopicNames()
          .get()
          .values()
          .forEach(
              topic ->
                  topic
                      .partitions()
                      .forEach(
                          partition ->
                              latest.put(
                                  new TopicPartition(topic.name(), partition.partition()),
                                  OffsetSpec.latest())));
      Map<TopicPartition, OffsetAndMetadata> ends = new HashMap<>();
      admin
          .listOffsets(latest)
          .all()
          .get()
          .forEach((partition, end) -> ends.put(partition, new OffsetAndMetadata(end.offset())));
      admin.alterConsumerGroupOffsets(group, ends).all().get();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void shouldSetEntriesAsideThatAreNoRepo() {
    listing.fail(
        1,
        "{\"repos\":[{\"did\":\"nobody\",\"rev\":\"3jzfcijpj2z2a\"},"
            + "{\"did\":\"did:web:one.example\",\"rev\":\"3jzfcijpj2z2a\",\"active\":false,"
            + "\"status\":\"takendown\"},"
            + "{\"did\":\"did:web:two.example\",\"rev\":\"3jzfcijpj2z2a\",\"status\":\""
            + "s".repeat(129)
            + "\"}]}");
    start(options());
    awaitDone();
    assertThat(listed()).containsExactly("did:web:one.example");
    assertThat(cluster.deadLetters())
        .filteredOn(letter -> relay.host().name().equals(letter.host()))
        .extracting(letter -> letter.reason())
        .containsExactly("listing", "listing");
  }

  @Test
  void shouldAskAgainForNamedReposAfterAGap() throws Exception {
    IngestScope scope = new IngestScope(Set.of("did:web:gap.example"), Set.of());
    IngestPart part = request(scope);
    try {
      await().atMost(SOON).until(part::ready);
      assertThat(askedFor("did:web:gap.example")).isEqualTo(1);
      CursorKey firehose = new CursorKey(CursorKey.Stream.FIREHOSE, "gap.example");
      new CursorStore(cluster.connection())
          .set(
              firehose.gap(),
              CursorValue.gap("1", "9", Instant.now().toString()),
              new SimpleMeterRegistry());
      await().atMost(SOON).until(() -> askedFor("did:web:gap.example") == 2);
    } finally {
      part.close(Duration.ofSeconds(10));
    }
  }

  private static long askedFor(String did) {
    return cluster.records(Topic.REPO_REQUESTS).stream()
        .map(record -> EventCodec.decodeRequest(record.value()))
        .filter(request -> request.did().equals(did))
        .count();
  }

  private static IngestPart request(IngestScope scope) {
    return RequestedRepos.start(
        scope, cluster.connection(), new SimpleMeterRegistry(), Duration.ofMillis(50));
  }

  @Test
  void shouldAskOnceForTheReposThatTheOperatorNames() {
    IngestScope scope = new IngestScope(Set.of("did:web:a.example", "did:web:b.example"), Set.of());
    assertThat(requested(scope)).containsExactly("did:web:a.example", "did:web:b.example");
    assertThat(requested(scope)).hasSize(2);
    IngestScope other = new IngestScope(Set.of("did:web:c.example"), Set.of("app.bsky.feed.post"));
    assertThat(requested(other)).hasSize(3).contains("did:web:c.example");
  }

  private static List<String> requested(IngestScope scope) {
    IngestPart part = request(scope);
    try {
      await().atMost(SOON).until(part::ready);
    } finally {
      part.close(Duration.ofSeconds(10));
    }
    return cluster.records(Topic.REPO_REQUESTS).stream()
        .map(record -> EventCodec.decodeRequest(record.value()))
        .filter(request -> request.reason().equals("operator"))
        .map(RepoRequest::did)
        .sorted()
        .toList();
  }
}
