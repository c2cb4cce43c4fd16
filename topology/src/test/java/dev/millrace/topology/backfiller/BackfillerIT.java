package dev.millrace.topology.backfiller;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.embedded.EmbeddedKafka;
import dev.millrace.schema.topic.Topic;
import dev.millrace.topology.backfiller.network.LocalHost;
import dev.millrace.topology.backfiller.network.TestRepo;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.streams.KafkaStreams;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The application as a whole against a real broker. */
final class BackfillerIT {
  private static final Duration LONG = Duration.ofSeconds(90);

  @TempDir Path dir;
  private EmbeddedKafka broker;
  private KafkaSide kafka;
  private LocalHost host;
  private final List<Backfiller> running = new ArrayList<>();

  @BeforeEach
  void start() {
    broker = EmbeddedKafka.temporary();
    kafka = new KafkaSide(broker.bootstrapServers());
    host = new LocalHost();
  }

  @AfterEach
  void stop() {
    running.forEach(backfiller -> assertThat(backfiller.failure()).isEmpty());
    running.forEach(Backfiller::close);
    host.close();
    kafka.close();
    broker.close();
  }

  @Test
  void shouldExpandEveryRepoOfANetworkAndBringTheLagToZero() {
    List<TestRepo> repos = repos(1, 200);
    kafka.list(repos);
    SimpleMeterRegistry registry = new SimpleMeterRegistry();
    run(options("one").build(), registry);
    kafka.awaitClosed(repos, LONG);

    repos.forEach(kafka::assertEqual);
    kafka.until(LONG, () -> lag() == 0 && pendingGauge(registry) == 0);
    assertThat(registry.get("millrace.backfiller.records").counter().count())
        .isEqualTo(repos.stream().mapToInt(repo -> repo.records().size()).sum());
  }

  @Test
  void shouldLetRequestsOvertakeASaturatedListingAndShowTheRestAsLag() throws Exception {
    CountDownLatch open = new CountDownLatch(1);
    List<TestRepo> slow = repos(1, 300);
    slow.forEach(repo -> host.answer(repo, waiting(open, repo)));
    TestRepo wanted = host.host(TestRepo.of(1_000, 25));
    kafka.list(slow);
    run(
        options("one").concurrency(3).batchSize(10).maxParked(20).build(),
        new SimpleMeterRegistry());
    kafka.until(LONG, () -> slow.stream().anyMatch(repo -> host.asked(repo) > 0));
    long asked = System.nanoTime();
    kafka.request(wanted);
    kafka.awaitClosed(wanted);
    Duration took = Duration.ofNanos(System.nanoTime() - asked);

    assertThat(took).isLessThan(Duration.ofSeconds(10));
    assertThat(kafka.events().stream().map(e -> e.did()).distinct()).hasSize(1);
    // In hand: 10 a partition, 20 that wait for their host, and what was buffered when it was held.
    assertThat(lag()).isGreaterThan(300 - KafkaSide.PARTITIONS * (10 + 20 + 32L));

    open.countDown();
    kafka.awaitClosed(with(slow, wanted), LONG);
    kafka.until(LONG, () -> lag() == 0);
    slow.forEach(kafka::assertEqual);
  }

  @Test
  void shouldLoseAndDoubleNothingInARebalanceInTheMiddle() {
    List<TestRepo> repos = repos(1, 400);
    host.always(exchange -> pause(30));
    kafka.list(repos);
    Backfiller first = run(options("one").concurrency(8).build(), new SimpleMeterRegistry());
    kafka.until(LONG, () -> closedCount() > 20);
    Backfiller second =
        run(options("two").concurrency(8).threads(1).build(), new SimpleMeterRegistry());
    kafka.until(LONG, () -> second.state() == KafkaStreams.State.RUNNING);
    long atJoin = closedCount();
    assertThat(atJoin).as("the rebalance is in the middle").isLessThan(380);
    kafka.until(LONG, () -> closedCount() > atJoin + 60);
    assertThat(first.close(Duration.ofSeconds(20))).isTrue();
    host.always(null);
    kafka.awaitClosed(repos, LONG);

    repos.forEach(kafka::assertEqual);
    kafka.until(LONG, () -> lag() == 0);
  }

  @Test
  void shouldStopFetchingWhileTheSinkIsBehind() {
    List<TestRepo> repos = repos(1, 60);
    host.always(exchange -> pause(200));
    kafka.list(repos);
    run(options("one").concurrency(2).highWaterMark(100).build(), new SimpleMeterRegistry());
    kafka.until(LONG, () -> kafka.events().size() > 100);
    await3s();
    long stopped = closedCount();
    await3s();

    assertThat(closedCount()).isEqualTo(stopped).isLessThan(60);
    kafka.commitEverything("firehose_group");
    kafka.until(LONG, () -> closedCount() > stopped);
  }

  @Test
  void shouldStopWithAClearErrorWhenAPositionHasFallenOffTheLog() {
    List<TestRepo> repos = repos(1, 20);
    kafka.list(repos);
    Backfiller first = run(options("one").build(), new SimpleMeterRegistry());
    kafka.awaitClosed(repos, LONG);
    first.close();
    running.clear();
    kafka.rewind(TestOptions.GROUP, Topic.REPO_BACKFILL);
    kafka.trim(Topic.REPO_BACKFILL);
    Backfiller second = Backfiller.start(options("one").build(), new SimpleMeterRegistry());
    try {
      kafka.until(LONG, () -> second.failure().isPresent());
      assertThat(second.failure().orElseThrow())
          .hasMessageContaining("repo_backfill-")
          .hasMessageContaining("below the log's start")
          .hasMessageContaining(
              "--bootstrap-server %s --group %s --all-topics --reset-offsets"
                  .formatted(broker.bootstrapServers(), TestOptions.GROUP));
    } finally {
      second.close();
    }
  }

  private Backfiller run(BackfillerOptions options, SimpleMeterRegistry registry) {
    Backfiller backfiller = kafka.watch(Backfiller.start(options, registry));
    running.add(backfiller);
    return backfiller;
  }

  private BackfillerOptions.Builder options(String name) {
    return TestOptions.of(broker.bootstrapServers(), dir.resolve(name), host.uri()).clientId(name);
  }

  private List<TestRepo> repos(int from, int count) {
    return IntStream.range(from, from + count)
        .mapToObj(i -> host.host(TestRepo.of(i, 5 + i % 40)))
        .toList();
  }

  private static List<TestRepo> with(List<TestRepo> repos, TestRepo more) {
    List<TestRepo> all = new ArrayList<>(repos);
    all.add(more);
    return all;
  }

  private static LocalHost.Answer waiting(CountDownLatch latch, TestRepo repo) {
    return exchange -> {
      // Bytes now and then keep the socket from counting as silent.
      byte[] car = repo.car();
      exchange.sendResponseHeaders(200, car.length);
      exchange.getResponseBody().write(car, 0, 1);
      exchange.getResponseBody().flush();
      int sent = 1;
      while (!isOpen(latch)) {
        exchange.getResponseBody().write(car, sent++, 1);
        exchange.getResponseBody().flush();
      }
      exchange.getResponseBody().write(car, sent, car.length - sent);
      exchange.getResponseBody().close();
    };
  }

  private static boolean isOpen(CountDownLatch latch) {
    try {
      return latch.await(400, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    }
  }

  /** The host's own slowness. */
  private static void pause(int millis) {
    try {
      TimeUnit.MILLISECONDS.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Long enough for three measurements of the lag: that something does not happen has no event. */
  private static void await3s() {
    pause(3_000);
  }

  private long closedCount() {
    return kafka.allEvents().stream().filter(e -> e.type().equals("repo")).count();
  }

  private long lag() {
    return kafka.lag(TestOptions.GROUP, Topic.REPO_BACKFILL)
        + kafka.lag(TestOptions.GROUP, Topic.REPO_REQUESTS);
  }

  private static double pendingGauge(SimpleMeterRegistry registry) {
    return registry.get("millrace.backfiller.pending").gauges().stream()
        .mapToDouble(gauge -> gauge.value())
        .sum();
  }
}
