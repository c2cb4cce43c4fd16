package dev.millrace.app.command;

import dev.millrace.app.config.CollectionOptions;
import dev.millrace.app.config.RelayOptions;
import dev.millrace.app.progress.CountedWork;
import dev.millrace.app.run.StopSignal;
import dev.millrace.atproto.xrpc.AddressGuard;
import dev.millrace.atproto.xrpc.HttpLimits;
import dev.millrace.atproto.xrpc.XrpcClient;
import dev.millrace.connectors.ingest.IngestScope;
import dev.millrace.connectors.ingest.ServiceHost;
import dev.millrace.connectors.kafka.KafkaConnection;
import dev.millrace.connectors.repolist.Difference;
import dev.millrace.connectors.repolist.ListingRules;
import dev.millrace.connectors.repolist.Reconciliation;
import dev.millrace.schema.database.Database;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.PrintWriter;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Compares a list of repos with the tables. */
@Command(
    name = "reconcile",
    header = "Goes through relays' lists and asks for the repos that differ from Postgres.",
    description = {
      "",
      "Compares the rev and the status of every listed repo (listRepos) with what Postgres holds, and",
      "writes a request to repo_requests for each that is not held, held in part, behind or of",
      "another status. A repo of which Postgres holds a newer rev than the list is not asked for.",
      "What the indexer has not written yet counts as not held: best run when it has caught up.",
      "A run that was stopped goes on where it ended. Exits with 0 at the lists' end, else with 1.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  millrace repos reconcile --relay bsky.network",
      "  millrace cursors reset repos bsky.network/reconcile      begin again from the first repo"
    },
    mixinStandardHelpOptions = true,
    versionProvider = Version.class)
final class ReposReconcile implements Callable<Integer> {
  @Mixin private RelayOptions relays;
  @Mixin private CollectionOptions collections;
  @Mixin private MeantServers servers;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    return servers.open(this::reconcile);
  }

  private int reconcile(KafkaConnection cluster, Database held) throws InterruptedException {
    boolean isDone = true;
    try (StopSignal stop = new StopSignal();
        XrpcClient http = new XrpcClient(HttpLimits.DEFAULT, AddressGuard.of(true))) {
      for (ServiceHost relay : relays.relays()) {
        Reconciliation.Progress end;
        try (CountedWork work =
            CountedWork.start(
                relay.toString(), "repos", CountedWork.UNKNOWN, spec.commandLine().getOut())) {
          end =
              new Reconciliation(
                      relay,
                      ListingRules.DEFAULT,
                      http,
                      cluster,
                      held.dataSource(),
                      new IngestScope(Set.of(), collections.collections()),
                      new SimpleMeterRegistry())
                  .run(
                      progress ->
                          work.at(
                              progress.compared(), "%,d asked for".formatted(progress.requested())),
                      stop::isRequested);
        }
        report(relay, end);
        isDone &= end.isDone();
      }
    }
    return isDone ? ExitCode.OK : ExitCode.SOFTWARE;
  }

  private void report(ServiceHost relay, Reconciliation.Progress end) {
    PrintWriter out = spec.commandLine().getOut();
    out.printf(
        "%s: %,d repos compared%s, %,d asked for%s%n",
        relay,
        end.compared(),
        end.from() == null ? "" : " from cursor " + end.from() + " on",
        end.requested(),
        end.isDone() ? "" : "; stopped, the same command goes on with it");
    for (Difference difference : Difference.values()) {
      out.printf("  %-18s %,d%n", difference.words(), end.of(difference));
    }
    if (end.passed() > 0) {
      out.printf("  %d places in the list failed and were stepped over%n", end.passed());
    }
    out.flush();
  }
}
