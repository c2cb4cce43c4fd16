package dev.millrace.topology.backfiller;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.embedded.EmbeddedKafka;
import dev.millrace.schema.event.RepoEvent;
import dev.millrace.schema.topic.Topic;
import dev.millrace.topology.ChildJvm;
import dev.millrace.topology.backfiller.network.LocalHost;
import dev.millrace.topology.backfiller.network.TestRepo;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What needs a JVM of its own: a hard kill, and a small heap. */
final class BackfillerProcessIT {
  private static final Logger log = LoggerFactory.getLogger(BackfillerProcessIT.class);
  private static final Duration LONG = Duration.ofMinutes(2);

  @TempDir Path dir;
  private EmbeddedKafka broker;
  private KafkaSide kafka;
  private LocalHost host;

  @BeforeEach
  void start() {
    broker = EmbeddedKafka.temporary();
    kafka = new KafkaSide(broker.bootstrapServers());
    host = new LocalHost();
  }

  @AfterEach
  void stop() {
    host.close();
    kafka.close();
    broker.close();
  }

  @Test
  void shouldBeExactAfterAHardKillInTheMiddle() {
    List<TestRepo> repos =
        new ArrayList<>(
            IntStream.range(1, 250).mapToObj(i -> host.host(TestRepo.of(i, 5 + i))).toList());
    TestRepo large = host.host(TestRepo.of(500, 60_000));
    repos.addFirst(large);
    host.always(exchange -> pause());
    kafka.list(repos);
    try (ChildJvm first = child("-Xmx512m")) {
      kafka.until(LONG, () -> has(large) && closedCount() > 10);
      first.kill();
    }
    assertThat(closedCount()).as("killed in the middle").isLessThan(repos.size());
    host.always(null);
    try (ChildJvm second = child("-Xmx512m")) {
      kafka.awaitClosed(repos, LONG);
      assertThat(second.isAlive()).isTrue();
      repos.forEach(kafka::assertEqual);
      kafka.until(LONG, () -> kafka.lag(TestOptions.GROUP, Topic.REPO_BACKFILL) == 0);
    }
  }

  /** {@code -Dmillrace.large-repo=2000000 -Dtest.jvm.memory=-Xmx8g} for one of the largest. */
  @Test
  void shouldExpandALargeRepoInASmallHeap() {
    int records = Integer.getInteger("millrace.large-repo", 300_000);
    Duration limit = LONG.plusMillis(records / 5);
    TestRepo large = host.host(TestRepo.of(1, records));
    List<TestRepo> small =
        IntStream.range(2, 30).mapToObj(i -> host.host(TestRepo.of(i, 50))).toList();
    kafka.list(large);
    kafka.list(small);
    try (ChildJvm child = child("-Xmx256m")) {
      kafka.until(limit, () -> has(large));
      long first = System.nanoTime();
      kafka.until(limit, () -> !kafka.closed(large).isEmpty());
      double seconds = (System.nanoTime() - first) / 1e9;
      log.info(
          "{} records in {} s, {} records/s; the process had {} at its peak",
          records,
          seconds,
          (long) (records / seconds),
          child.peakMemory());
      kafka.awaitClosed(small, LONG);
      assertThat(child.isAlive()).isTrue();
    }
    kafka.assertEqual(large);
    small.forEach(kafka::assertEqual);
  }

  private ChildJvm child(String heap) {
    return BackfillerProcess.start(
        heap, broker.bootstrapServers(), dir.resolve("data"), host.uri());
  }

  private boolean has(TestRepo repo) {
    return kafka.events().stream().anyMatch(e -> e.did().equals(repo.did().value()));
  }

  private long closedCount() {
    return kafka.allEvents().stream().map(RepoEvent::type).filter("repo"::equals).count();
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(100);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
