package dev.millrace.connectors.repolist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.atproto.xrpc.AddressGuard;
import dev.millrace.atproto.xrpc.HttpLimits;
import dev.millrace.atproto.xrpc.XrpcClient;
import dev.millrace.connectors.ingest.ServiceHost;
import dev.millrace.connectors.kafka.Cluster;
import dev.millrace.connectors.kafka.CursorStore;
import dev.millrace.schema.event.BadSpot;
import dev.millrace.schema.event.CursorKey;
import dev.millrace.schema.event.CursorValue;
import dev.millrace.schema.event.EventCodec;
import dev.millrace.schema.event.RepoListing;
import dev.millrace.schema.topic.Topic;
import dev.millrace.simulator.Simulator;
import dev.millrace.simulator.SimulatorOptions;
import dev.millrace.simulator.fault.Fault;
import dev.millrace.simulator.fault.FaultKind;
import dev.millrace.simulator.fault.FaultSpec;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The cursor that always answers 500, of relays of both kinds. */
class BadSpotsIT {
  private static final Duration SOON = Duration.ofSeconds(30);
  private static final int REPOS = 260;
  private static Cluster cluster;

  private final XrpcClient http = new XrpcClient(HttpLimits.DEFAULT, AddressGuard.of(true));
  private final List<RepoListProducer> producers = new ArrayList<>();
  private SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private Simulator simulator;
  private List<String> all;

  @BeforeAll
  static void startCluster() {
    cluster = Cluster.start();
  }

  @AfterAll
  static void stopCluster() {
    cluster.close();
  }

  @BeforeEach
  void startNetwork() {
    simulator =
        Simulator.start(SimulatorOptions.of(13, REPOS).withRecordsPerRepo(1).withBacklog(0));
    all =
        simulator
            .world()
            .read(
                () ->
                    simulator.world().accounts().stream()
                        .map(account -> account.did().value())
                        .toList());
  }

  @AfterEach
  void stop() {
    producers.forEach(producer -> producer.close(Duration.ofSeconds(10)));
    http.close();
    simulator.close();
  }

  private ServiceHost relay(int index) {
    return ServiceHost.parse(simulator.relays().get(index).toString());
  }

  private RepoListProducer start(ServiceHost relay) {
    RepoListProducer producer =
        RepoListProducer.start(
            RepoListOptions.of(relay)
                .pageSize(100)
                .lookAgain(Duration.ofHours(1))
                .waits(
                    new ListingWaits(
                        Duration.ofMillis(2),
                        Duration.ofMillis(50),
                        3,
                        Duration.ofMillis(200),
                        Duration.ofMillis(500))),
            cluster.connection(),
            http,
            meters);
    producers.add(producer);
    return producer;
  }

  private Fault spoil(ServiceHost relay, int account) {
    return simulator
        .faults()
        .inject(
            FaultSpec.of(FaultKind.BAD_PAGE)
                .onHost(URI.create(relay.http().toString()))
                .forDid(all.get(account))
                .always());
  }

  private static List<String> listed(ServiceHost relay) {
    return cluster.records(Topic.REPO_BACKFILL).stream()
        .map(record -> EventCodec.decodeListing(record.value()))
        .filter(repo -> repo.host().equals(relay.name()))
        .map(RepoListing::did)
        .toList();
  }

  private static CursorKey stream(ServiceHost relay) {
    return new CursorKey(CursorKey.Stream.REPOS, relay.name());
  }

  private static List<BadSpot> spots(ServiceHost relay) {
    return new CursorStore(cluster.connection())
        .spots().entrySet().stream()
            .filter(entry -> entry.getKey().isSpotOf(stream(relay)))
            .map(java.util.Map.Entry::getValue)
            .toList();
  }

  private static void awaitDone(ServiceHost relay) {
    await()
        .atMost(SOON)
        .until(
            () -> cluster.cursor(stream(relay).toString()).filter(CursorValue::done).isPresent());
  }

  private List<String> allBut(int... numbers) {
    Predicate<Integer> isGood = i -> IntStream.of(numbers).noneMatch(number -> number == i);
    return IntStream.range(0, all.size()).boxed().filter(isGood).map(all::get).toList();
  }

  private double counted(String what) {
    var counter = meters.find("millrace.ingest.bad_spots").tag("reason", what).counter();
    return counter == null ? 0 : counter.count();
  }

  private double open(String state) {
    return meters.get("millrace.ingest.bad_spots.open").tag("state", state).gauge().value();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void shouldListAllButTheBadSpotsAndThoseTooWhenTheyHeal(int index) {
    ServiceHost relay = relay(index);
    spoil(relay, 137);
    spoil(relay, 201);
    RepoListProducer first = start(relay);
    awaitDone(relay);
    assertThat(listed(relay)).containsExactlyInAnyOrderElementsOf(allBut(137, 201));
    List<BadSpot> recorded = spots(relay);
    assertThat(recorded).hasSize(2);
    for (BadSpot spot : recorded) {
      assertThat(spot.host()).isEqualTo(relay.name());
      assertThat(spot.limit()).isEqualTo(1);
      assertThat(spot.status()).isEqualTo(500);
      assertThat(spot.reason()).isEqualTo("http-500");
      assertThat(spot.body()).contains("InternalServerError");
      assertThat(Instant.parse(spot.firstSeen()))
          .isBeforeOrEqualTo(Instant.parse(spot.lastTried()));
    }
    if (index == 0) {
      assertThat(recorded)
          .extracting(spot -> spot.from() + " to " + spot.to())
          .containsExactlyInAnyOrder("137 to 138", "201 to 202");
    }
    assertThat(counted("passed")).isEqualTo(2);

    // It is tried again, and that is recorded; a restart changes nothing.
    await().atMost(SOON).until(() -> spots(relay).stream().allMatch(spot -> spot.attempts() > 1));
    first.close(Duration.ofSeconds(10));
    meters = new SimpleMeterRegistry();
    start(relay);
    await().atMost(SOON).until(() -> open("passed") == 2);
    simulator.faults().clear();
    await().atMost(SOON).until(() -> spots(relay).isEmpty());
    // A start lists the last page again.
    assertThat(listed(relay)).hasSizeLessThan(2 * REPOS).hasSameElementsAs(all);
    assertThat(counted("settled")).isEqualTo(2);
    assertThat(open("passed")).isZero();
    assertThat(open("standing")).isZero();
  }

  @Test
  void shouldTakeUpWhatItStoodAtWhenItIsStoppedInTheMiddle() {
    ServiceHost relay = relay(0);
    Fault bad = spoil(relay, 50);
    for (int run = 0; run < 4; run++) {
      int fired = bad.fired();
      RepoListProducer producer = start(relay);
      await().atMost(SOON).until(() -> bad.fired() >= fired + 2);
      producer.close(Duration.ofSeconds(10));
    }
    start(relay);
    awaitDone(relay);
    simulator.faults().clear();
    await().atMost(SOON).until(() -> spots(relay).isEmpty());
    assertThat(listed(relay)).containsAll(all);
  }

  @Test
  void shouldStepOverNeighboursTogetherAndTakeThoseThatHeal() {
    ServiceHost relay = relay(0);
    spoil(relay, 10);
    Fault healing = spoil(relay, 11);
    spoil(relay, 12);
    start(relay);
    awaitDone(relay);
    assertThat(spots(relay))
        .extracting(spot -> spot.from() + " to " + spot.to())
        .containsExactly("10 to 13");
    simulator.faults().remove(healing);
    await().atMost(SOON).until(() -> listed(relay).contains(all.get(11)));
    assertThat(listed(relay)).doesNotContain(all.get(10), all.get(12));
    assertThat(spots(relay)).hasSize(1);
  }

  @Test
  void shouldPassTheFirstAndTheLastAccountOfAList() {
    ServiceHost relay = relay(0);
    spoil(relay, 0);
    spoil(relay, all.size() - 1);
    start(relay);
    awaitDone(relay);
    assertThat(listed(relay)).containsExactlyInAnyOrderElementsOf(allBut(0, all.size() - 1));
    simulator.faults().clear();
    await().atMost(SOON).until(() -> spots(relay).isEmpty());
    assertThat(listed(relay)).containsExactlyInAnyOrderElementsOf(all);
  }

  @Test
  void shouldRecordNothingWhereTheHostWasInTroubleForAWhile() {
    ServiceHost relay = relay(0);
    simulator
        .faults()
        .inject(
            FaultSpec.of(FaultKind.HTTP_STATUS)
                .onHost(URI.create(relay.http().toString()))
                .status(500)
                .times(12));
    start(relay);
    awaitDone(relay);
    assertThat(listed(relay)).containsExactlyInAnyOrderElementsOf(all);
    assertThat(counted("passed")).isZero();
    assertThat(spots(relay)).isEmpty();
  }
}
