package dev.millrace.topology.backfiller;

import dev.millrace.embedded.EmbeddedKafka;
import dev.millrace.topology.backfiller.network.LocalHost;
import dev.millrace.topology.backfiller.network.TestRepo;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Records a second from the listing to committed events on the topic; broker, host and backfiller
 * in one JVM. The archives are made beforehand. Arguments: repos, records a repo, rounds.
 */
final class ExpansionMeasurement {
  private ExpansionMeasurement() {}

  public static void main(String[] arguments) throws IOException {
    int repoCount = Integer.parseInt(arguments[0]);
    int recordCount = Integer.parseInt(arguments[1]);
    int rounds = Integer.parseInt(arguments[2]);
    Path dir = Files.createTempDirectory("millrace-measurement");
    try (EmbeddedKafka broker = EmbeddedKafka.temporary();
        KafkaSide kafka = new KafkaSide(broker.bootstrapServers());
        LocalHost host = new LocalHost()) {
      List<TestRepo> repos =
          IntStream.range(1, repoCount + 1)
              .mapToObj(i -> host.host(TestRepo.of(i, recordCount)))
              .toList();
      MeterRegistry registry = new SimpleMeterRegistry();
      try (Backfiller backfiller =
          Backfiller.start(
              TestOptions.of(broker.bootstrapServers(), dir, host.uri()).build(), registry)) {
        kafka.watch(backfiller);
        for (int round = 1; round <= rounds; round++) {
          repos.forEach(repo -> host.answer(repo, LocalHost.body(repo.car())));
          double before = records(registry);
          double target = before + (double) repoCount * recordCount;
          kafka.list(repos);
          long start = System.nanoTime();
          kafka.until(Duration.ofMinutes(5), () -> records(registry) >= target);
          double seconds = (System.nanoTime() - start) / 1e9;
          System.out.printf(
              "round %d: %d repos of %d records in %.2f s: %.0f records/s, %.0f repos/s%n",
              round,
              repoCount,
              recordCount,
              seconds,
              (target - before) / seconds,
              repoCount / seconds);
        }
      }
    }
  }

  private static double records(MeterRegistry registry) {
    return registry.get("millrace.backfiller.records").counter().count();
  }
}
