package dev.millrace.topology.backfiller;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.embedded.EmbeddedKafka;
import dev.millrace.schema.event.AccountEvent;
import dev.millrace.schema.event.RecordEvent;
import dev.millrace.schema.event.RepoEvent;
import dev.millrace.schema.event.RepoListing;
import dev.millrace.schema.event.SnapshotEvent;
import dev.millrace.schema.topic.Topic;
import dev.millrace.simulator.Simulator;
import dev.millrace.simulator.SimulatorOptions;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A whole simulated network, with accounts that moved, rotated keys, or are not active. */
final class SimulatedNetworkIT {
  private static final Duration LONG = Duration.ofMinutes(2);

  @TempDir Path dir;

  @Test
  void shouldExpandEveryRepoEqualToItsTruth() {
    try (EmbeddedKafka broker = EmbeddedKafka.temporary();
        KafkaSide kafka = new KafkaSide(broker.bootstrapServers());
        Simulator network = Simulator.start(SimulatorOptions.of(7, 150).withBacklog(600))) {
      Map<String, Map<String, String>> truth = new TreeMap<>();
      Map<String, String> inactive = new TreeMap<>();
      List<RepoListing> listings = new ArrayList<>();
      network
          .world()
          .truth()
          .forEachRepo(
              repo -> {
                Map<String, String> records = new TreeMap<>();
                if (repo.isActive()) {
                  repo.forEachRecord(
                      (collection, rkey, cid, block) ->
                          records.put(collection + "/" + rkey, cid.toString()));
                  truth.put(repo.did(), records);
                } else {
                  inactive.put(repo.did(), repo.status().text());
                }
                listings.add(
                    new RepoListing(
                        repo.did(),
                        "relay",
                        repo.rev(),
                        repo.isActive() ? null : repo.status().text(),
                        repo.isActive()));
              });
      assertThat(inactive).isNotEmpty();
      kafka.listings(listings);
      try (Backfiller backfiller =
          Backfiller.start(
              TestOptions.of(broker.bootstrapServers(), dir, network.plc()).build(),
              new SimpleMeterRegistry())) {
        kafka.watch(backfiller);
        kafka.until(
            LONG,
            () ->
                kafka.allEvents().stream().filter(SimulatedNetworkIT::isLast).count()
                    >= listings.size());
      }
      Map<String, Map<String, String>> emitted = new TreeMap<>();
      Map<String, String> statuses = new HashMap<>();
      for (RepoEvent event : kafka.allEvents()) {
        switch (event) {
          case RecordEvent record ->
              emitted
                  .computeIfAbsent(record.did(), did -> new TreeMap<>())
                  .put(record.collection() + "/" + record.rkey(), record.cid());
          case AccountEvent account -> statuses.put(account.did(), account.status());
          case SnapshotEvent closing ->
              emitted.computeIfAbsent(closing.did(), did -> new TreeMap<>());
          default -> {}
        }
      }
      assertThat(emitted).isEqualTo(truth);
      assertThat(statuses).isEqualTo(inactive);
      assertThat(kafka.lag(TestOptions.GROUP, Topic.REPO_BACKFILL)).isZero();
    }
  }

  private static boolean isLast(RepoEvent event) {
    return event instanceof SnapshotEvent || event instanceof AccountEvent;
  }
}
