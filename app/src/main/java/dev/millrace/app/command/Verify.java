package dev.millrace.app.command;

import dev.millrace.app.config.Env;
import dev.millrace.app.config.NotificationOptions;
import dev.millrace.app.progress.CountedWork;
import dev.millrace.connectors.sink.collection.Collections;
import dev.millrace.connectors.sink.derive.Deriver;
import dev.millrace.connectors.sink.verify.Findings;
import dev.millrace.connectors.sink.verify.Findings.Check;
import dev.millrace.connectors.sink.verify.Verification;
import dev.millrace.schema.database.Database;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.PrintWriter;
import java.sql.SQLException;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Compares the tables with each other. */
@Command(
    name = "verify",
    header = "Recounts: the tables of one database against each other.",
    description = {
      "",
      "Makes every row of the collections, every notification and every flag anew from table record",
      "and counts every counter, all as of one moment, and prints what differs. An indexer may run",
      "meanwhile; what still waits to be derived may differ then. Reads the whole database.",
      "Exits with 0 if nothing differs (or all that did is mended), else with 1.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  millrace verify --data ./data",
      "  millrace verify --database-url postgresql://postgres@db/bsky --repair"
    },
    mixinStandardHelpOptions = true,
    versionProvider = Version.class)
final class Verify implements Callable<Integer> {
  @Env("MILLRACE_REPAIR")
  @Option(
      names = "--repair",
      description = {
        "Mend what differs: rows are made anew while every indexer waits, a thousand at a time, and",
        "what is derived is derived again. Then everything is looked at once more."
      })
  private boolean isRepair;

  @Mixin private HeldDatabase database;
  @Mixin private NotificationOptions notifications;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException, SQLException, InterruptedException {
    return database.open(this::verify);
  }

  private int verify(Database held) throws SQLException, InterruptedException {
    PrintWriter out = new PrintWriter(spec.commandLine().getOut());
    Verification verification = verification(held);
    Findings findings = run(verification, out);
    print(out, findings);
    long before = Long.MAX_VALUE;
    // What is too much for one repair is left for the next.
    while (isRepair && findings.total() > 0 && findings.total() < before) {
      before = findings.total();
      verification.repair();
      derive(held);
      out.println();
      out.println("after the repair:");
      verification = verification(held);
      findings = run(verification, out);
      print(out, findings);
    }
    return findings.total() == 0 ? ExitCode.OK : ExitCode.SOFTWARE;
  }

  private static Findings run(Verification verification, PrintWriter out) throws SQLException {
    long rows = verification.rows();
    AtomicLong seen = new AtomicLong();
    try (CountedWork work =
        CountedWork.start("verify", "rows", rows == 0 ? CountedWork.UNKNOWN : rows, out)) {
      return verification.run(looked -> work.at(seen.addAndGet(looked), ""));
    }
  }

  private Verification verification(Database held) {
    return new Verification(held.dataSource(), Collections.indexed(notifications.age()));
  }

  private void derive(Database held) throws InterruptedException {
    try (Deriver deriver =
        new Deriver(held.dataSource(), notifications.age(), new SimpleMeterRegistry())) {
      deriver.drain();
    }
  }

  private static void print(PrintWriter out, Findings findings) {
    for (Check check : Check.values()) {
      long count = findings.count(check);
      out.printf("  %-66s %s%n", check.words(), count == 0 ? "equal" : count + " differ");
      findings.first(check).forEach(one -> out.println("    " + one));
    }
    out.flush();
  }
}
