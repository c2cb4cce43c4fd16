package dev.millrace.app.manyhosts;

import dev.millrace.app.compare.Comparison;
import dev.millrace.app.compare.Report;
import dev.millrace.app.run.TemporaryDirectory;
import dev.millrace.simulator.world.Account;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The whole of it: pairs of backfills, with the bad hosts and without them, as an operator has
 * them; then one more with little patience, and what became of all repos in it.
 *
 * <pre>
 * REPOS HOSTS PAIRS SEED
 * </pre>
 */
final class ManyHostsRun {
  private static final double MOST_SLOWER = 1.10;

  private final PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
  private final Neighbourhood neighbourhood;
  private final GoodRepos good;
  private boolean isFine = true;

  private ManyHostsRun(Neighbourhood neighbourhood) {
    this.neighbourhood = neighbourhood;
    this.good = new GoodRepos(neighbourhood);
  }

  public static void main(String[] arguments) throws Exception {
    boolean isFine;
    try (Neighbourhood neighbourhood =
        new Neighbourhood(
            Integer.parseInt(arguments[0]),
            Integer.parseInt(arguments[1]),
            Long.parseLong(arguments[3]))) {
      isFine = new ManyHostsRun(neighbourhood).run(Integer.parseInt(arguments[2]));
    }
    System.exit(isFine ? 0 : 1);
  }

  private boolean run(int pairs) throws Exception {
    List<Account> all = neighbourhood.network().world().accounts();
    out.printf(
        "%,d repos on %d hosts, %d of them bad; %,d repos on good ones%n",
        all.size(), neighbourhood.network().pdses().size(), neighbourhood.badHosts(), good.count());
    List<Account> onGoodHosts = all.stream().filter(neighbourhood::isGood).toList();
    List<Double> ratios = new ArrayList<>();
    for (int pair = 1; pair <= pairs; pair++) {
      Duration without = backfill(onGoodHosts);
      Duration with = backfill(all);
      double ratio = (double) with.toMillis() / without.toMillis();
      ratios.add(ratio);
      out.printf(
          "pair %d: without bad hosts %.1f s (%,.0f repos/s), with them %.1f s: ratio %.3f%n",
          pair,
          without.toMillis() / 1e3,
          good.count() * 1e3 / without.toMillis(),
          with.toMillis() / 1e3,
          ratio);
    }
    double median = ratios.stream().sorted().skip(ratios.size() / 2).findFirst().orElseThrow();
    check(median <= MOST_SLOWER, "the median is %.3f, at most %.2f".formatted(median, MOST_SLOWER));
    backfillToTheEnd(all);
    checkRates();
    int asked = neighbourhood.operatorWasAsked();
    check(asked == 0, asked + " requests reached what listens on 127.0.0.1");
    return isFine;
  }

  private Duration backfill(List<Account> listed) throws Exception {
    try (TemporaryDirectory directory = new TemporaryDirectory("millrace-many-hosts-");
        Backfilling backfilling =
            new Backfilling(neighbourhood.network().plc(), directory.path())) {
      backfilling.list(listed);
      return backfilling.run(good.count(), Patience.USUAL);
    }
  }

  private void backfillToTheEnd(List<Account> all) throws Exception {
    try (TemporaryDirectory directory = new TemporaryDirectory("millrace-many-hosts-");
        Backfilling backfilling =
            new Backfilling(neighbourhood.network().plc(), directory.path())) {
      backfilling.list(all);
      backfilling.run(good.count(), Patience.SHORT);
      compare(backfilling);
      new Fates(neighbourhood, backfilling).await().report(out, this::check);
    }
  }

  private void compare(Backfilling backfilling) throws IOException, SQLException {
    Report report = new Comparison(good, backfilling.database(), Set.of()).run();
    report.print(out);
    check(report.isEqual(), "the repos of good hosts are in the database as in the network");
  }

  private void checkRates() {
    Duration window = Backfilling.RATE.window();
    long most = 0;
    for (URI host : neighbourhood.network().pdses()) {
      most = Math.max(most, neighbourhood.network().mostFetches(host, window));
    }
    check(
        most <= Backfilling.RATE.requests(),
        "at most %,d requests of %,d came to one host within %d s"
            .formatted(most, Backfilling.RATE.requests(), window.toSeconds()));
  }

  private void check(boolean holds, String what) {
    out.println((holds ? "ok    " : "WRONG ") + what);
    isFine &= holds;
  }
}
