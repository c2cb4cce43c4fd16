package dev.millrace.app;

import dev.millrace.app.run.TemporaryDirectory;
import dev.millrace.simulator.SimulatorOptions;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;

/**
 * {@code scripts/chaos [SECONDS]}: every part as processes of its own on one broker and Postgres,
 * two indexers, two backfillers and two trackers among them, under traffic; one of each is killed
 * with -9 every few seconds. Then no more is killed, all lags must come to 0 and Postgres be equal.
 */
final class ChaosRun {
  private static final int REPOS = 60;
  private static final double STEPS_PER_SECOND = 20;
  private static final List<String> PAIRS = List.of("indexer", "backfiller", "tracker");

  private final PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
  private final SplittableRandom random = new SplittableRandom(7);
  private final Site site;

  private ChaosRun(Site site) {
    this.site = site;
  }

  public static void main(String[] arguments) throws Exception {
    Duration time = Duration.ofSeconds(arguments.length > 0 ? Long.parseLong(arguments[0]) : 300);
    boolean isEqual;
    try (TemporaryDirectory data = new TemporaryDirectory("millrace-chaos-");
        Site site = new Site(data.path(), SimulatorOptions.of(7, REPOS))) {
      isEqual = new ChaosRun(site).run(time);
    }
    System.exit(isEqual ? 0 : 1);
  }

  private boolean run(Duration time) throws Exception {
    site.run("migrate");
    commands().forEach(site::start);
    site.network().traffic().resume(STEPS_PER_SECOND);
    int kills = killFor(time);
    site.network().traffic().quiesce();
    out.printf("%d kills in %d s; now all may catch up%n", kills, time.toSeconds());
    try (Admin admin = site.admin()) {
      site.settle(admin);
    }
    site.describeGroups(out);
    return site.report(out);
  }

  private static Map<String, String[]> commands() {
    Map<String, String[]> commands = new TreeMap<>();
    for (String part : PAIRS) {
      commands.put(part + "-a", new String[] {part});
      commands.put(part + "-b", new String[] {part});
    }
    commands.put("firehose", new String[] {"ingest", "firehose"});
    commands.put("labels", new String[] {"ingest", "labels"});
    commands.put("repos", new String[] {"ingest", "repos"});
    return commands;
  }

  /** One of each pair at a time. */
  private int killFor(Duration time) throws InterruptedException {
    long end = System.nanoTime() + time.toNanos();
    int kills = 0;
    while (System.nanoTime() < end) {
      TimeUnit.MILLISECONDS.sleep(3_000 + random.nextInt(5_000)); // the pace is what is tested
      site.requireAlive();
      for (String part : PAIRS) {
        String victim = part + (random.nextBoolean() ? "-a" : "-b");
        site.kill(victim);
        kills++;
        out.printf("killed %s%n", victim);
      }
    }
    return kills;
  }
}
