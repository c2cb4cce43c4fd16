package dev.millrace.topology.backfiller;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.embedded.EmbeddedKafka;
import dev.millrace.schema.event.PlcIdentity;
import dev.millrace.schema.event.RecordEvent;
import dev.millrace.schema.event.RepoEvent;
import dev.millrace.schema.event.RepoListing;
import dev.millrace.schema.event.SnapshotEvent;
import dev.millrace.schema.topic.Topic;
import dev.millrace.simulator.Simulator;
import dev.millrace.simulator.SimulatorOptions;
import dev.millrace.simulator.world.Account;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A simulated network behind a mirror of its directory, which is wrong about some. */
final class MirroredIdentitiesIT {
  private static final Duration LONG = Duration.ofMinutes(2);
  private static final String DEAD_HOST = "http://127.0.0.1:1";

  @TempDir Path dir;

  private static PlcIdentity identity(Simulator network, Account account) {
    return identity(account, network.pdses().get(account.pds()).toString(), key(account), false);
  }

  private static PlcIdentity identity(
      Account account, String pds, String key, boolean isTombstoned) {
    return new PlcIdentity(
        account.did().value(), account.handle(), pds, key, isTombstoned, "2026-01-01T00:00:00Z");
  }

  private static String key(Account account) {
    return account.key().publicKey().toDidKey();
  }

  @Test
  void shouldLookUpOnlyWhatTheMirrorIsWrongAbout() {
    try (EmbeddedKafka broker = EmbeddedKafka.temporary();
        KafkaSide kafka = new KafkaSide(broker.bootstrapServers());
        Simulator network = Simulator.start(SimulatorOptions.of(9, 25).withBacklog(0))) {
      List<Account> accounts = network.world().accounts();
      Map<String, PlcIdentity> mirrored = new HashMap<>();
      accounts.forEach(account -> mirrored.put(account.did().value(), identity(network, account)));
      Account moved = accounts.get(5);
      URI before = network.pdses().get(moved.pds());
      network.world().direct().migrate(moved.did().value(), (moved.pds() + 1) % 3);
      assertThat(network.pdses().get(moved.pds())).isNotEqualTo(before);
      Account otherKey = accounts.get(6);
      Account alive = accounts.get(7);
      Account elsewhere = accounts.get(8);
      String truePds = network.pdses().get(otherKey.pds()).toString();
      for (PlcIdentity wrong :
          List.of(
              identity(otherKey, truePds, key(accounts.get(9)), false),
              identity(alive, truePds, key(alive), true),
              identity(elsewhere, DEAD_HOST, key(elsewhere), false))) {
        mirrored.put(wrong.did(), wrong);
      }
      kafka.mirror(mirrored.values());

      Map<String, Map<String, String>> truth = new TreeMap<>();
      List<RepoListing> listings = new ArrayList<>();
      network
          .world()
          .truth()
          .forEachRepo(
              repo -> {
                Map<String, String> records = new TreeMap<>();
                repo.forEachRecord(
                    (collection, rkey, cid, block) ->
                        records.put(collection + "/" + rkey, cid.toString()));
                truth.put(repo.did(), records);
                listings.add(new RepoListing(repo.did(), "relay", repo.rev(), null, true));
              });
      try (Backfiller backfiller =
          Backfiller.start(
              TestOptions.of(broker.bootstrapServers(), dir, network.plc()).build(),
              new SimpleMeterRegistry())) {
        kafka.watch(backfiller);
        kafka.until(LONG, () -> kafka.lag(TestOptions.GROUP, Topic.PLC_IDENTITIES) == 0);
        kafka.listings(listings);
        kafka.until(
            LONG,
            () ->
                kafka.allEvents().stream().filter(SnapshotEvent.class::isInstance).count()
                    >= listings.size());
      }
      Map<String, Map<String, String>> emitted = new TreeMap<>();
      for (RepoEvent event : kafka.allEvents()) {
        Map<String, String> records = emitted.computeIfAbsent(event.did(), did -> new TreeMap<>());
        if (event instanceof RecordEvent record) {
          records.put(record.collection() + "/" + record.rkey(), record.cid());
        }
      }
      assertThat(emitted).isEqualTo(truth);
      assertThat(network.documentsAsked()).isEqualTo(4);
    }
  }
}
