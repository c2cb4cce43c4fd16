package dev.millrace.connectors.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.millrace.atproto.identity.DirectoryLimits;
import dev.millrace.atproto.rate.RequestRate;
import dev.millrace.atproto.xrpc.AddressGuard;
import dev.millrace.atproto.xrpc.HttpLimits;
import dev.millrace.atproto.xrpc.XrpcClient;
import dev.millrace.connectors.kafka.Cluster;
import dev.millrace.connectors.kafka.CursorStore;
import dev.millrace.connectors.kafka.WriteSteps;
import dev.millrace.schema.event.CursorKey;
import dev.millrace.schema.event.CursorValue;
import dev.millrace.schema.event.DeadLetter;
import dev.millrace.schema.event.EventCodec;
import dev.millrace.schema.event.PlcIdentity;
import dev.millrace.schema.topic.Topic;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import mockwebserver3.MockResponse;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class IdentityMirrorIT {
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final Duration NEVER = Duration.ofHours(1);
  private static final RequestRate FAST = new RequestRate(100_000, Duration.ofSeconds(1));
  private static final Cluster cluster = Cluster.start();

  /** DIDs are a test's own, for all share the topic. */
  private static final AtomicInteger numbers = new AtomicInteger();

  private final XrpcClient http = new XrpcClient(HttpLimits.DEFAULT, AddressGuard.of(true));
  private final DirectoryLimits limits = new DirectoryLimits(new DirectoryLimits.Policy(4, FAST));
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final List<IdentityMirror> mirrors = new ArrayList<>();
  private final int base = numbers.getAndAdd(1_000);
  private FakeDirectory directory = new FakeDirectory(false);

  @AfterEach
  void stop() {
    mirrors.forEach(mirror -> mirror.close(Duration.ofSeconds(10)));
    http.close();
    directory.close();
  }

  @AfterAll
  static void stopCluster() {
    cluster.close();
  }

  /** A process that is killed: nothing catches it. */
  private static final class Killed extends Error {}

  private IdentityMirrorOptions options() {
    return IdentityMirrorOptions.of(directory.uri())
        .pageSize(10)
        .looking(NEVER, FAST)
        .waits(Duration.ofMillis(20), Duration.ofMillis(100));
  }

  private IdentityMirror start(IdentityMirrorOptions options) {
    return start(options, WriteSteps.NONE);
  }

  private IdentityMirror start(IdentityMirrorOptions options, WriteSteps steps) {
    IdentityMirror mirror =
        IdentityMirror.start(
            options, cluster.connection(), http, limits, meters, Clock.systemUTC(), steps);
    mirrors.add(mirror);
    return mirror;
  }

  private CursorValue cursor() {
    return cluster
        .cursor("identities:" + directory.name())
        .orElseGet(() -> CursorValue.at(null, null, "none"));
  }

  private void awaitDone() {
    await().atMost(SOON).until(() -> cursor().done());
  }

  private String did(int number) {
    return FakeDirectory.did(base + number);
  }

  /** What the topic holds after compaction, of this test's DIDs. */
  private Map<String, @Nullable PlcIdentity> mirrored() {
    Map<String, @Nullable PlcIdentity> newest = new TreeMap<>();
    List<String> own = IntStream.range(0, 1_000).mapToObj(this::did).toList();
    cluster
        .records(Topic.PLC_IDENTITIES)
        .forEach(
            record -> {
              String did = new String(record.key(), StandardCharsets.UTF_8);
              if (own.contains(did)) {
                newest.put(
                    did,
                    record.value() == null ? null : EventCodec.decodePlcIdentity(record.value()));
              }
            });
    return newest;
  }

  private static String operation(String handle) {
    return FakeDirectory.operation(handle, "https://pds.test");
  }

  private List<DeadLetter> letters() {
    return cluster.deadLetters().stream()
        .filter(letter -> directory.name().equals(letter.host()))
        .toList();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldMirrorTheLastOperationOfEveryDid(boolean isNumbered) {
    directory.close();
    directory = new FakeDirectory(isNumbered);
    directory.addAt("2023-01-01T00:00:00.000Z", base, base + 25);
    directory.addAt("2023-01-01T00:00:00.005Z", base + 25, base + 33);
    directory.add(did(3), "2023-01-02T00:00:00.000Z", operation("moved.test"));
    directory.add(did(4), "2023-01-02T00:00:00.000Z", operation("void.test"), true);
    directory.add(
        did(5), "2023-01-03T00:00:00.000Z", "{\"type\":\"plc_tombstone\",\"prev\":\"x\"}");
    start(options());
    awaitDone();

    Map<String, @Nullable PlcIdentity> mirrored = mirrored();
    assertThat(mirrored).hasSize(33);
    assertThat(mirrored.get(did(3)))
        .isEqualTo(
            new PlcIdentity(
                did(3),
                "moved.test",
                "https://pds.test",
                FakeDirectory.KEY,
                false,
                "2023-01-02T00:00:00Z"));
    assertThat(mirrored.get(did(4)))
        .extracting(PlcIdentity::handle)
        .isEqualTo("h" + (base + 4) + ".test");
    assertThat(mirrored.get(did(5))).extracting(PlcIdentity::tombstoned).isEqualTo(true);
    assertThat(cursor().cursor()).isEqualTo(isNumbered ? "36" : "2023-01-03T00:00:00Z");
    assertThat(cursor().eventTime()).isEqualTo("2023-01-03T00:00:00Z");
    assertThat(letters()).isEmpty();
  }

  @Test
  void shouldLookAgainForWhatIsNew() {
    directory.addAt("2023-01-01T00:00:00.000Z", base, base + 4);
    start(options().looking(Duration.ofMillis(100), FAST));
    awaitDone();
    directory.addAt("2023-01-01T00:00:00.000Z", base + 4, base + 5);
    directory.addAt("2023-01-01T00:00:09.000Z", base + 5, base + 40);
    await().atMost(SOON).until(() -> mirrored().size() == 40);
    await().atMost(SOON).until(() -> cursor().done());
  }

  @ParameterizedTest
  @EnumSource(WriteSteps.Step.class)
  void shouldLoseNothingWhenKilledAt(WriteSteps.Step deadly) {
    directory.addAt("2023-01-01T00:00:00.000Z", base, base + 8);
    directory.addAt("2023-01-01T00:00:01.000Z", base + 8, base + 30);
    AtomicInteger batches = new AtomicInteger();
    IdentityMirror first =
        start(
            options(),
            step -> {
              if (step == WriteSteps.Step.BATCH_FILLED) {
                batches.incrementAndGet();
              }
              if (step == deadly && batches.get() == 2) {
                throw new Killed();
              }
            });
    assertThatThrownBy(() -> first.ended().toCompletableFuture().get(60, TimeUnit.SECONDS))
        .hasRootCauseInstanceOf(Killed.class);
    assertThat(cursor().done()).isFalse();

    start(options());
    awaitDone();
    assertThat(mirrored()).hasSize(30);
  }

  @Test
  void shouldSetAsideWhatCannotBeReadAndForgetWhoseItIs() {
    directory.addAt("2023-01-01T00:00:00.000Z", base, base + 3);
    directory.addLine("2023-01-01T00:00:01.000Z", "{\"did\":");
    directory.add(did(1), "2023-01-01T00:00:02.000Z", "{\"type\":\"plc_novelty\"}");
    directory.addLine("2023-01-01T00:00:03.000Z", "x".repeat(ExportPage.MOST_LINE_CHARS + 1));
    directory.addAt("2023-01-01T00:00:04.000Z", base + 3, base + 5);
    start(options().looking(Duration.ofMillis(50), FAST));
    awaitDone();
    await().atMost(SOON).until(() -> directory.asked().size() > 8);

    Map<String, @Nullable PlcIdentity> mirrored = mirrored();
    assertThat(mirrored).hasSize(5).containsEntry(did(1), null);
    assertThat(mirrored.values().stream().filter(identity -> identity != null)).hasSize(4);
    assertThat(letters())
        .extracting(DeadLetter::reason)
        .containsExactlyInAnyOrder("json", "plc-operation", "too-big");
    assertThat(letters()).allSatisfy(letter -> assertThat(letter.repo()).isEmpty());
    assertThat(
            meters
                .get("millrace.ingest.dead_letters")
                .tag("reason", "plc-operation")
                .tag("stream", "identities")
                .counter()
                .count())
        .isOne();
  }

  @Test
  void shouldWaitAsLongAsTheDirectoryAsks() {
    directory.addAt("2023-01-01T00:00:00.000Z", base, base + 3);
    directory.fail(1, new MockResponse.Builder().code(429).setHeader("Retry-After", "2").build());
    start(options());
    awaitDone();

    List<Long> asked = directory.askedNanos();
    assertThat(Duration.ofNanos(asked.get(1) - asked.getFirst()))
        .isGreaterThanOrEqualTo(Duration.ofSeconds(2));
    assertThat(mirrored()).hasSize(3);
  }

  @Test
  void shouldGoOnAfterFailuresAndPagesThatAreNone() {
    directory.addAt("2023-01-01T00:00:00.000Z", base, base + 3);
    directory.fail(3, new MockResponse.Builder().code(503).build());
    IdentityMirror mirror = start(options());
    awaitDone();
    assertThat(mirror.ready()).isTrue();
    directory.fail(3, new MockResponse.Builder().body("<html>\n</html>").build());
    mirror.close(Duration.ofSeconds(10));
    start(options());
    await()
        .atMost(SOON)
        .until(
            () ->
                meters.find("millrace.ingest.host_failures").tag("reason", "plc-page").counter()
                    != null);
    assertThat(letters()).isEmpty();
  }

  @Test
  void shouldGoOnFromACursorThatAnOperatorSets() throws Exception {
    directory.addAt("2023-01-01T00:00:00.000Z", base, base + 3);
    directory.addAt("2023-01-02T00:00:00.000Z", base + 3, base + 5);
    new CursorStore(cluster.connection())
        .set(
            new CursorKey(CursorKey.Stream.IDENTITIES, directory.name()),
            CursorValue.at("2023-01-01T12:00:00.000Z", null, "2023-01-01T00:00:00Z"),
            meters);
    start(options());
    awaitDone();
    assertThat(mirrored()).containsOnlyKeys(did(3), did(4));
  }
}
