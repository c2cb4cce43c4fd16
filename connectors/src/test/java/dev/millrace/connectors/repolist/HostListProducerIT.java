package dev.millrace.connectors.repolist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.millrace.atproto.xrpc.AddressGuard;
import dev.millrace.atproto.xrpc.HttpLimits;
import dev.millrace.atproto.xrpc.XrpcClient;
import dev.millrace.connectors.ingest.ServiceHost;
import dev.millrace.connectors.kafka.Cluster;
import dev.millrace.connectors.kafka.CursorStore;
import dev.millrace.connectors.kafka.WriteSteps;
import dev.millrace.schema.event.CursorKey;
import dev.millrace.schema.event.CursorValue;
import dev.millrace.schema.event.EventCodec;
import dev.millrace.schema.event.RepoListing;
import dev.millrace.schema.topic.Topic;
import dev.millrace.simulator.Simulator;
import dev.millrace.simulator.SimulatorOptions;
import dev.millrace.simulator.fault.FaultKind;
import dev.millrace.simulator.fault.FaultSpec;
import dev.millrace.simulator.world.Account;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class HostListProducerIT {
  private static final Duration SOON = Duration.ofSeconds(40);
  private static final String LIST_REPOS = "com.atproto.sync.listRepos";
  private static final int PDSES = 9;
  private static final HttpLimits LIMITS =
      new HttpLimits(
          Duration.ofSeconds(5),
          Duration.ofSeconds(3),
          Duration.ofSeconds(3),
          Duration.ofSeconds(10),
          5 * 1024 * 1024,
          5);
  private static Cluster cluster;

  /** Ports come again in later tests; accounts do not. */
  private static long seeds = 17;

  private final XrpcClient http = new XrpcClient(LIMITS, AddressGuard.of(true));
  private final List<HostListProducer> producers = new ArrayList<>();
  private SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private Simulator simulator;
  private ServiceHost relay;

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
        Simulator.start(
            SimulatorOptions.of(seeds++, 120)
                .withPdsCount(PDSES)
                .withRecordsPerRepo(1)
                .withBacklog(0));
    relay = ServiceHost.parse(simulator.relays().getFirst().toString());
  }

  @AfterEach
  void stop() {
    producers.forEach(producer -> producer.close(Duration.ofSeconds(10)));
    http.close();
    simulator.close();
  }

  /** A process that is killed: nothing catches it. */
  private static final class Killed extends Error {}

  private HostListOptions options() {
    return new HostListOptions(
        RepoListOptions.of(relay)
            .pageSize(4)
            .lookAgain(Duration.ofHours(1))
            .waits(
                new ListingWaits(
                    Duration.ofMillis(5),
                    Duration.ofMillis(200),
                    2,
                    Duration.ofMillis(100),
                    Duration.ofMillis(300)))
            .highWater(1_000_000, "none", Duration.ofMillis(50)),
        4,
        Duration.ofMillis(1),
        Duration.ofMillis(500));
  }

  private HostListProducer start(XrpcClient strangers, WriteSteps steps) {
    meters = new SimpleMeterRegistry();
    HostListProducer producer =
        HostListProducer.start(
            options(), cluster.connection(), http, strangers, meters, Clock.systemUTC(), steps);
    producers.add(producer);
    return producer;
  }

  private HostListProducer start() {
    return start(http, WriteSteps.NONE);
  }

  private String name(int pds) {
    return ServiceHost.parse(simulator.pdses().get(pds).toString()).name();
  }

  /** As "host did". */
  private List<String> listed() {
    Set<String> ours = new HashSet<>(dids());
    return cluster.records(Topic.REPO_BACKFILL).stream()
        .map(record -> EventCodec.decodeListing(record.value()))
        .filter(repo -> ours.contains(repo.did()))
        .map((RepoListing repo) -> repo.host() + " " + repo.did())
        .toList();
  }

  private List<String> dids() {
    return simulator
        .world()
        .read(
            () ->
                simulator.world().accounts().stream()
                    .map(account -> account.did().value())
                    .toList());
  }

  /** What the hosts have, but those left out. */
  private List<String> onHosts(Integer... leftOut) {
    return simulator
        .world()
        .read(
            () ->
                simulator.world().accounts().stream()
                    .filter((Account account) -> !List.of(leftOut).contains(account.pds()))
                    .map(account -> name(account.pds()) + " " + account.did().value())
                    .toList());
  }

  private boolean isDone() {
    return cluster
        .cursor(CursorKey.ofHosts(relay.name()).toString())
        .filter(CursorValue::done)
        .isPresent();
  }

  private double hosts(String state) {
    return meters.get("millrace.ingest.hosts").tag("state", state).gauge().value();
  }

  private void inject(FaultKind kind, int pds) {
    URI uri = simulator.pdses().get(pds);
    simulator
        .faults()
        .inject(FaultSpec.of(kind).onHost(uri).forMethod(LIST_REPOS).status(500).always());
  }

  @Test
  void shouldListEachHostFromItselfWithACursorOfItsOwn() {
    HostListProducer producer = start();
    await().atMost(SOON).until(this::isDone);
    assertThat(producer.ready()).isTrue();
    assertThat(listed()).containsExactlyInAnyOrderElementsOf(onHosts());
    for (int pds = 0; pds < PDSES; pds++) {
      assertThat(
              cluster
                  .cursor(CursorKey.ofHost(name(pds), relay.name()).toString())
                  .map(CursorValue::done))
          .contains(true);
    }
    assertThat(hosts("known")).isEqualTo(PDSES);
    assertThat(hosts("listed")).isEqualTo(PDSES);
  }

  @Test
  void shouldNotLetHostsThatHangOrFailHoldTheOthersAndTakeThemUpWhenTheyAreBack() {
    for (int pds = 0; pds < 3; pds++) {
      inject(FaultKind.HANG, pds);
    }
    inject(FaultKind.HTTP_STATUS, 3);
    start();
    // The askers that may ask hosts of no proof hang twice before all of the others had a turn.
    await().atMost(SOON).until(() -> new HashSet<>(listed()).containsAll(onHosts(0, 1, 2, 3)));
    assertThat(listed()).containsExactlyInAnyOrderElementsOf(onHosts(0, 1, 2, 3));
    await().atMost(SOON).until(this::isDone);
    assertThat(hosts("silent")).isEqualTo(4);

    simulator.faults().clear();
    await().atMost(SOON).until(() -> hosts("listed") == PDSES);
    assertThat(listed()).containsExactlyInAnyOrderElementsOf(onHosts());
    assertThat(hosts("silent")).isZero();
  }

  @ParameterizedTest
  @EnumSource(WriteSteps.Step.class)
  void shouldLoseNothingWhenKilledAt(WriteSteps.Step deadly) {
    int[] batches = {0};
    HostListProducer doomed =
        start(
            http,
            step -> {
              if (step == WriteSteps.Step.BATCH_FILLED) {
                batches[0]++;
              }
              if (batches[0] == 4 && step == deadly) {
                throw new Killed();
              }
            });
    assertThatThrownBy(() -> doomed.ended().toCompletableFuture().get(20, TimeUnit.SECONDS))
        .hasRootCauseInstanceOf(Killed.class);
    doomed.close(Duration.ofSeconds(10));
    start();
    await().atMost(SOON).until(() -> hosts("listed") == PDSES);
    assertThat(listed()).hasSameElementsAs(onHosts());
    // Of a list that was at its end, the last page is asked for again; no more.
    assertThat(listed()).hasSizeLessThan(120 + PDSES * 4);
  }

  @Test
  void shouldStepOverABadSpotOfOneHost() {
    String did =
        Objects.requireNonNull(
            simulator
                .world()
                .read(
                    () ->
                        simulator.world().accounts().stream()
                            .filter(account -> account.pds() == 2)
                            .skip(3)
                            .findFirst()
                            .map(account -> account.did().value())
                            .orElse(null)));
    simulator
        .faults()
        .inject(
            FaultSpec.of(FaultKind.BAD_PAGE).onHost(simulator.pdses().get(2)).forDid(did).always());
    start();
    await().atMost(SOON).until(this::isDone);
    List<String> expected = new ArrayList<>(onHosts());
    expected.remove(name(2) + " " + did);
    assertThat(listed()).containsExactlyInAnyOrderElementsOf(expected);
    CursorKey stream = CursorKey.ofHost(name(2), relay.name());
    assertThat(new CursorStore(cluster.connection()).spots().entrySet())
        .filteredOn(entry -> entry.getKey().isSpotOf(stream))
        .singleElement()
        .satisfies(entry -> assertThat(entry.getValue().host()).isEqualTo(name(2)));
    simulator.faults().clear();
    await().atMost(SOON).until(() -> listed().contains(name(2) + " " + did));
  }

  @Test
  void shouldAskNoHostAtAPrivateAddressUnlessAllowed() {
    XrpcClient publicOnly = new XrpcClient(LIMITS, AddressGuard.of(false));
    try (publicOnly) {
      HostListProducer producer = start(publicOnly, WriteSteps.NONE);
      await().atMost(SOON).until(() -> hosts("silent") == PDSES);
      assertThat(listed()).isEmpty();
      assertThat(
              meters
                  .get("millrace.ingest.host_failures")
                  .tag("reason", "forbidden-address")
                  .counter()
                  .count())
          .isGreaterThanOrEqualTo(PDSES);
      producer.close(Duration.ofSeconds(10));
    }
  }

  @Test
  void shouldListThoseWhoHaveACollection() {
    RepoListOptions options =
        RepoListOptions.of(relay)
            .pageSize(7)
            .lookAgain(Duration.ofHours(1))
            .collection("app.bsky.actor.profile");
    RepoListProducer producer =
        RepoListProducer.start(options, cluster.connection(), http, new SimpleMeterRegistry());
    await()
        .atMost(SOON)
        .until(
            () ->
                cluster
                    .cursor("repos:" + relay.name() + "/app.bsky.actor.profile")
                    .filter(CursorValue::done)
                    .isPresent());
    producer.close(Duration.ofSeconds(10));
    List<String> expected =
        simulator
            .world()
            .read(
                () ->
                    simulator.world().accounts().stream()
                        .filter(
                            account ->
                                account.isActive()
                                    && account.collections().contains("app.bsky.actor.profile"))
                        .map(account -> account.did().value())
                        .toList());
    assertThat(cluster.records(Topic.REPO_BACKFILL))
        .extracting(record -> EventCodec.decodeListing(record.value()))
        .filteredOn(repo -> dids().contains(repo.did()))
        .allSatisfy(repo -> assertThat(repo.active()).isTrue())
        .extracting(RepoListing::did)
        .hasSizeGreaterThan(7)
        .containsExactlyInAnyOrderElementsOf(expected);
  }
}
