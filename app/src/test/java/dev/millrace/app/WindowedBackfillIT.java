package dev.millrace.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.simulator.Simulator;
import dev.millrace.simulator.SimulatorOptions;
import dev.millrace.simulator.world.Account;
import dev.millrace.simulator.world.AccountStatus;
import dev.millrace.simulator.world.Action;
import java.net.URI;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The windowed backfill as a process, beside the other parts as processes. */
final class WindowedBackfillIT {
  private static final Duration LIMIT = Duration.ofMinutes(3);
  private static final String POST = "app.bsky.feed.post";

  @TempDir Path data;

  private static SimulatorOptions tenDays(int repos, int steps) {
    return SimulatorOptions.of(23, repos)
        .withRelays(1)
        .withBacklog(steps)
        .withHistory(Duration.ofDays(10))
        .withStart(Instant.now().minusSeconds(30))
        .withRetention(100_000);
  }

  private static Map<String, Object> post(String text) {
    return Map.of("$type", POST, "text", text, "createdAt", "2026-01-01T00:00:00.000Z");
  }

  private static long number(Site site, String sql) throws SQLException {
    try (Connection connection = DriverManager.getConnection(site.databaseUrl());
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      return rows.next() ? rows.getLong(1) : 0;
    }
  }

  @Test
  void shouldGoOnAfterKillsAndTellWhatOperatorsKnow() throws Exception {
    RandomGenerator random = RandomGenerator.of("L64X128MixRandom");
    try (Site site =
        new Site(
            data,
            tenDays(60, 6_000)
                .without(
                    Action.STATUS, Action.SYNC, Action.RESET, Action.ROTATE_KEY, Action.MIGRATE))) {
      URI relay = site.network().relays().getFirst();
      assertThat(site.run("migrate")).isNotNull();
      assertThat(site.run("backfill")).contains("[BACKFILL] Disabled (BACKFILL_DAYS=0 or not set)");
      assertThat(site.run("backfill", "--days", "3", "--worker-id", "2"))
          .contains("the primary worker (WORKER_ID=0) runs the backfill");
      String[] command = {
        "backfill", "--days", "-1", "--relay-url", relay.toString(), "--max-memory-mb", "256"
      };
      String[] slowly =
          Stream.concat(Stream.of(command), Stream.of("--max-rate", "150")).toArray(String[]::new);
      for (int kill = 0; kill < 2; kill++) {
        long before = number(site, progress());
        long wanted = before + random.nextLong(100, 1_000);
        try (MillraceProcess run = site.process(slowly)) {
          await().atMost(LIMIT).until(() -> number(site, progress()) > wanted || !run.isAlive());
          assertThat(run.isAlive()).as(run.output()).isTrue();
          if (kill == 0) {
            try (MillraceProcess second = site.process(slowly)) {
              assertThat(second.awaitExit(LIMIT)).isEqualTo(1);
              assertThat(second.output()).contains("at work already: millrace backfill on ");
            }
          }
          run.kill();
        }
      }
      try (MillraceProcess run = site.process(command)) {
        assertThat(run.awaitExit(LIMIT)).as(run.output()).isZero();
        assertThat(run.output())
            .contains("[BACKFILL] Starting total historical backfill on primary worker...")
            .contains("[BACKFILL] Resource throttling config:")
            .contains("  - Batch size: 100 events")
            .contains("  - Memory limit: 256MB")
            .contains("going on with the window of days=-1")
            .containsPattern(
                "\\[BACKFILL\\] Complete: [0-9]+ received, [0-9]+ processed, 0 skipped, 0 failed in ")
            .contains("[BACKFILL] ANALYZE done");
        run.output()
            .lines()
            .filter(line -> line.startsWith("[BACKFILL] Memory: "))
            .forEach(
                line ->
                    assertThat(Integer.parseInt(line.replaceAll(".*Memory: ([0-9]+)MB.*", "$1")))
                        .isLessThan(256 + 64));
      }
      assertThat(
              number(
                  site,
                  "SELECT cursor::bigint FROM bsky.firehose_cursor WHERE service = 'backfill'"))
          .isEqualTo(site.network().lastSeq(relay));
      assertThat(site.run("backfill", "--resume", "--relay-url", relay.toString()))
          .contains("is finished");
    }
  }

  private static String progress() {
    return "SELECT coalesce(sum(greatest(0, cursor - base_cursor)), 0) FROM bsky.backfill_range";
  }

  @Test
  void shouldEndAtTheNetworkWhateverHappenedToReposMeanwhile() throws Exception {
    try (Site site = new Site(data, tenDays(30, 600))) {
      Simulator network = site.network();
      URI relay = network.relays().getFirst();
      List<String> active =
          network.world().accounts().stream()
              .filter(Account::isActive)
              .map(account -> account.did().value())
              .skip(3)
              .toList();
      var direct = network.world().direct();
      // In the window, before live ingestion begins.
      for (String did : active.subList(0, 3)) {
        direct.put(did, POST, "former", post("of a former generation"));
        direct.setStatus(did, AccountStatus.DELETED);
        direct.recreate(did, POST, "new", post("of this generation"));
      }
      direct.setStatus(active.get(3), AccountStatus.DELETED);
      direct.setStatus(active.get(4), AccountStatus.TAKENDOWN);
      direct.put(active.get(5), POST, "gone", post("gone"));
      direct.put(active.get(6), POST, "kept", post("kept"));
      long began = network.lastSeq(relay);
      site.run("migrate");
      site.start("indexer", "indexer");
      site.start("backfiller", "backfiller");
      site.start("tracker", "tracker");
      site.start("labels", "ingest", "labels");
      site.start("firehose", "ingest", "firehose", "--cursor", Long.toString(began));
      network.world().step(20);
      try (MillraceProcess window =
          site.process(
              "backfill", "--days", "-1", "--relay-url", relay.toString(), "--max-rate", "300")) {
        site.start("repos", "ingest", "repos");
        // Meanwhile.
        direct.delete(active.get(5), POST, "gone");
        direct.setStatus(active.get(7), AccountStatus.DELETED);
        direct.recreate(active.get(7), POST, "again", post("made anew"));
        direct.setStatus(active.get(8), AccountStatus.TAKENDOWN);
        network.world().step(100);
        assertThat(window.awaitExit(LIMIT)).as(window.output()).isZero();
        assertThat(window.output())
            .contains("up to cursor ")
            .contains("where live ingestion began")
            .contains("[BACKFILL] Complete: ");
      }
      try (Admin admin = site.admin()) {
        site.settle(admin);
      }
      assertThat(number(site, "SELECT count(*) FROM bsky.record WHERE uri LIKE '%/former'"))
          .isZero();
    }
  }
}
