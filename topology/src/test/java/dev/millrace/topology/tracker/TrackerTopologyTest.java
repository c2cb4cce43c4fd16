package dev.millrace.topology.tracker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.millrace.schema.event.CommitEvent;
import dev.millrace.schema.event.EventCodec;
import dev.millrace.schema.event.IdentityEvent;
import dev.millrace.schema.event.PlcIdentity;
import dev.millrace.schema.event.RepoEvent;
import dev.millrace.schema.event.RepoRequest;
import dev.millrace.schema.event.ResolvedIdentity;
import dev.millrace.schema.event.Scope;
import dev.millrace.schema.event.SnapshotEvent;
import dev.millrace.schema.event.SnapshotRef;
import dev.millrace.schema.topic.Topic;
import dev.millrace.topology.tracker.identity.IdentityAnswer;
import dev.millrace.topology.tracker.identity.IdentityFinder;
import dev.millrace.topology.tracker.identity.IdentityMetrics;
import dev.millrace.topology.tracker.identity.InHand;
import dev.millrace.topology.tracker.identity.Lookups;
import dev.millrace.topology.tracker.identity.ResolveProcessor;
import dev.millrace.topology.tracker.identity.RetryPolicy;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is written of it, with lookups by script and the driver's clock. */
final class TrackerTopologyTest {
  private static final String DID = "did:plc:aaaaaaaaaaaaaaaaaaaaaaaa";
  private static final String TIME = "2026-01-01T00:00:00Z";
  private static final PlcIdentity MIRRORED =
      new PlcIdentity(DID, "mirrored.test", "https://pds.example", "did:key:z", false, TIME);
  private static final String POSTS = "app.bsky.feed.post";
  private static final RetryPolicy RETRY =
      new RetryPolicy(Duration.ofSeconds(10), Duration.ofHours(6), Duration.ofDays(3));

  @TempDir Path dir;
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final InHand inHand = new InHand();
  private volatile IdentityFinder finder = (did, mirrored) -> known(did, "alice.test");
  private final AtomicInteger found = new AtomicInteger();
  private TopologyTestDriver driver;
  private TestInputTopic<byte[], byte[]> live;
  private TestInputTopic<byte[], byte[]> backfill;
  private TestInputTopic<byte[], byte[]> mirror;
  private TestOutputTopic<String, byte[]> requests;
  private TestOutputTopic<String, byte[]> identities;
  private List<ResolvedIdentity> published = List.of();

  @BeforeEach
  void start() {
    Properties settings = new Properties();
    settings.put(StreamsConfig.APPLICATION_ID_CONFIG, "test");
    settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "none:1");
    settings.put(StreamsConfig.STATE_DIR_CONFIG, dir.toString());
    TrackerMetrics metrics = new TrackerMetrics(registry);
    IdentityMetrics identityMetrics = new IdentityMetrics(registry, inHand);
    Lookups lookups =
        new Lookups(
            (did, mirrored) -> {
              IdentityAnswer answer = finder.find(did, mirrored);
              found.incrementAndGet();
              return answer;
            },
            4,
            Clock.systemUTC());
    driver =
        new TopologyTestDriver(
            TrackerTopology.build(
                Topic.FIREHOSE_BACKFILL.topicName(),
                () -> new TrackProcessor(Set.of(POSTS), metrics),
                () ->
                    new ResolveProcessor(
                        TrackerTopology.PENDING_IDENTITIES,
                        lookups,
                        RETRY,
                        inHand,
                        identityMetrics)),
            settings,
            Instant.parse(TIME));
    live = input(Topic.FIREHOSE_LIVE);
    backfill = input(Topic.FIREHOSE_BACKFILL);
    mirror = input(Topic.PLC_IDENTITIES);
    requests = output(Topic.REPO_REQUESTS);
    identities = output(Topic.IDENTITIES);
  }

  @AfterEach
  void stop() {
    driver.close();
  }

  @Test
  void shouldRequestTheScopeThatIsCollected() {
    write(live, commit(3));

    assertThat(requested())
        .containsExactly(
            new RepoRequest(
                DID, "new", Scope.ofCollections(List.of(POSTS)), "relay", rev(3), TIME));
    assertThat(registry.counter("millrace.tracker.requests", "reason", "new").count()).isOne();
  }

  @Test
  void shouldAskOnceUntilASnapshotAnswers() {
    write(live, commit(3));
    write(live, commit(5));
    write(backfill, snapshot(5, 100));
    write(live, commit(6));

    assertThat(requested()).hasSize(1);
    write(live, commit(8));
    assertThat(requested()).extracting(RepoRequest::reason).containsExactly("gap");
  }

  @Test
  void shouldPassOverWhatIsNoEventAndWhatIsKeyedByAnotherDid() {
    live.pipeInput(Topic.key(DID), "nonsense".getBytes(StandardCharsets.UTF_8));
    live.pipeInput(Topic.key("did:plc:bbbbbbbbbbbbbbbbbbbbbbbb"), EventCodec.encode(commit(3)));
    live.pipeInput(Topic.key(DID), new byte[0]);

    assertThat(requested()).isEmpty();
    assertThat(registry.counter("millrace.tracker.unreadable", "reason", "event").count())
        .isEqualTo(2);
    assertThat(registry.counter("millrace.tracker.unreadable", "reason", "key").count()).isOne();
  }

  @Test
  void shouldDecodeNoRecords() {
    // So it need not even be whole.
    live.pipeInput(Topic.key(DID), "{\"type\":\"create\",".getBytes(StandardCharsets.UTF_8));

    assertThat(registry.find("millrace.tracker.unreadable").counter()).isNull();
  }

  @Test
  void shouldPublishWhatADidResolvesTo() {
    write(live, commit(3));

    awaitPublished(1);
    assertThat(published.getFirst().handle()).isEqualTo("alice.test");
    assertThat(inHand.fresh()).isZero();
    assertThat(registry.counter("millrace.tracker.identities", "outcome", "handle").count())
        .isOne();
  }

  @Test
  void shouldResolveAgainWhatChangedDuringTheLookup() {
    CountDownLatch changed = new CountDownLatch(1);
    script(
        (did, mirrored) -> {
          waitFor(changed);
          return known(did, "old.test");
        });
    write(live, commit(3));
    driver.advanceWallClockTime(Duration.ofMillis(20));
    write(live, new IdentityEvent(9, TIME, DID, "relay", "new.test"));
    script((did, mirrored) -> known(did, "new.test"));
    changed.countDown();

    awaitPublished(1);
    assertThat(published).extracting(ResolvedIdentity::handle).containsExactly("new.test");
  }

  @Test
  void shouldTryAgainAfterAPassingFailureAndPublishNothingBefore() {
    script((did, mirrored) -> new IdentityAnswer.Failed("http-503", null, null, null));
    write(live, commit(3));
    awaitFound(1);
    tick(Duration.ofMillis(20));
    assertThat(inHand.fresh()).isZero();
    assertThat(inHand.parked()).isOne();

    tick(Duration.ofSeconds(9));
    assertThat(found).hasValue(1);
    script((did, mirrored) -> known(did, "alice.test"));
    tick(Duration.ofSeconds(8));
    awaitPublished(1);
    assertThat(inHand.parked()).isZero();
  }

  @Test
  void shouldGiveUpAfterDaysWithWhatIsKnownWithoutHandle() {
    ResolvedIdentity soFar =
        new ResolvedIdentity(DID, null, "https://pds.example", "did:key:z", TIME);
    script((did, mirrored) -> new IdentityAnswer.Failed("handle-timeout", soFar, null, null));
    write(live, commit(3));
    awaitFound(1);
    await().pollInSameThread().until(() -> tick(Duration.ofHours(1)) && !published.isEmpty());

    assertThat(published).containsExactly(soFar);
    assertThat(found.get()).isGreaterThan(5);
    assertThat(registry.counter("millrace.tracker.identities", "outcome", "gave-up").count())
        .isOne();
    assertThat(inHand.parked()).isZero();
  }

  @Test
  void shouldStopWhereALookupBreaks() {
    script(
        (did, mirrored) -> {
          throw new OutOfMemoryError("of a test");
        });
    write(live, commit(3));

    assertThatThrownBy(
            () ->
                await()
                    .pollInSameThread()
                    .until(
                        () -> {
                          tick(Duration.ofMillis(20));
                          return false;
                        }))
        .hasStackTraceContaining("of a test");
  }

  @Test
  void shouldNotSufferFromAnUnforeseenExceptionOfOneDid() {
    AtomicInteger tries = new AtomicInteger();
    script(
        (did, mirrored) -> {
          if (tries.getAndIncrement() == 0) {
            throw new IllegalArgumentException("of a test");
          }
          return known(did, "alice.test");
        });
    write(live, commit(3));
    await().pollInSameThread().until(() -> tick(Duration.ofMillis(20)) && inHand.parked() == 1);
    tick(Duration.ofSeconds(20));

    awaitPublished(1);
  }

  @Test
  void shouldResolveWhatCameUpWithWhatIsMirrored() {
    mirror.pipeInput(Topic.key(DID), EventCodec.encode(MIRRORED));
    script((did, mirrored) -> known(did, mirrored == null ? "asked.test" : "mirrored.test"));
    write(backfill, snapshot(5, 100));

    awaitPublished(1);
    assertThat(published).extracting(ResolvedIdentity::handle).containsExactly("mirrored.test");
  }

  @Test
  void shouldAskTheDirectoryAfterAnIdentityEventWhateverIsMirrored() {
    mirror.pipeInput(Topic.key(DID), EventCodec.encode(MIRRORED));
    script((did, mirrored) -> known(did, mirrored == null ? "asked.test" : "mirrored.test"));
    write(live, new IdentityEvent(9, TIME, DID, "relay", "new.test"));

    awaitPublished(1);
    assertThat(published).extracting(ResolvedIdentity::handle).containsExactly("asked.test");
  }

  @Test
  void shouldAskTheDirectoryWhereTheMirrorForgotTheDid() {
    mirror.pipeInput(Topic.key(DID), EventCodec.encode(MIRRORED));
    mirror.pipeInput(Topic.key(DID), (byte[]) null);
    script((did, mirrored) -> known(did, mirrored == null ? "asked.test" : "mirrored.test"));
    write(backfill, snapshot(5, 100));

    awaitPublished(1);
    assertThat(published).extracting(ResolvedIdentity::handle).containsExactly("asked.test");
  }

  @Test
  void shouldStopWhereTheMirrorsTopicHoldsWhatIsNoIdentity() {
    mirror.pipeInput(Topic.key(DID), "nonsense".getBytes(StandardCharsets.UTF_8));
    write(backfill, snapshot(5, 100));

    assertThatThrownBy(() -> awaitPublished(1)).hasStackTraceContaining("plc_identities");
  }

  private void script(IdentityFinder next) {
    finder = next;
  }

  private void awaitPublished(int count) {
    await()
        .pollInSameThread()
        .until(() -> tick(Duration.ofMillis(20)) && published.size() >= count);
    assertThat(published).hasSize(count);
  }

  private void awaitFound(int count) {
    await().pollInSameThread().until(() -> tick(Duration.ofMillis(20)) && found.get() >= count);
  }

  private boolean tick(Duration duration) {
    driver.advanceWallClockTime(duration);
    if (!identities.isEmpty()) {
      List<ResolvedIdentity> more =
          identities.readValuesToList().stream().map(EventCodec::decodeIdentity).toList();
      published = more;
    }
    return true;
  }

  private List<RepoRequest> requested() {
    return requests.readValuesToList().stream().map(EventCodec::decodeRequest).toList();
  }

  private TestInputTopic<byte[], byte[]> input(Topic topic) {
    return driver.createInputTopic(
        topic.topicName(),
        new ByteArraySerializer(),
        new ByteArraySerializer(),
        Instant.parse(TIME),
        Duration.ZERO);
  }

  private TestOutputTopic<String, byte[]> output(Topic topic) {
    return driver.createOutputTopic(
        topic.topicName(), new StringDeserializer(), new ByteArrayDeserializer());
  }

  private static void write(TestInputTopic<byte[], byte[]> topic, RepoEvent event) {
    topic.pipeInput(Topic.key(event.did()), EventCodec.encode(event));
  }

  private static IdentityAnswer known(String did, String handle) {
    return new IdentityAnswer.Known(
        new ResolvedIdentity(did, handle, "https://pds.example", null, TIME), "handle");
  }

  private static void waitFor(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static CommitEvent commit(int rev) {
    return new CommitEvent(
        7, TIME, DID, "relay", "c", rev(rev), rev(rev - 1), null, "d" + rev, false);
  }

  private static SnapshotEvent snapshot(int rev, long livePos) {
    return new SnapshotEvent(
        TIME,
        DID,
        "pds",
        "c",
        rev(rev),
        new SnapshotRef("s", livePos),
        Scope.ofCollections(List.of(POSTS)),
        1);
  }

  private static String rev(int number) {
    return "3l2aaaaaaaa2" + number;
  }
}
