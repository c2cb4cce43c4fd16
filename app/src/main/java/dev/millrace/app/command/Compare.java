package dev.millrace.app.command;

import dev.millrace.app.compare.Comparison;
import dev.millrace.app.compare.PdsNetwork;
import dev.millrace.app.compare.Report;
import dev.millrace.app.config.CollectionOptions;
import dev.millrace.app.config.Env;
import dev.millrace.app.config.ServiceUrl;
import dev.millrace.atproto.xrpc.AddressGuard;
import dev.millrace.atproto.xrpc.HttpLimits;
import dev.millrace.atproto.xrpc.XrpcClient;
import dev.millrace.schema.database.Database;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Compares PDSes with the tables. */
@Command(
    name = "compare",
    header = "Compares what PDSes list with what Postgres holds.",
    description = {
      "",
      "Asks each PDS for its accounts (listRepos) and, of those that are active, for every record",
      "(listRecords); compares every URI with its CID, every rev and every status. Of accounts that",
      "are not active the status alone is compared: their hosts give out no records. Accounts that",
      "none of the PDSes hosts are counted apart. Exits with 0 if all is equal, else with 1.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  millrace compare --pds http://localhost:2583 --data ./data",
      "  millrace compare --pds https://pds.example.com --database-url postgresql://postgres@db/bsky"
    },
    mixinStandardHelpOptions = true,
    versionProvider = Version.class)
final class Compare implements Callable<Integer> {
  @Env("MILLRACE_PDS_HOSTS")
  @Option(
      names = "--pds",
      required = true,
      split = ",",
      paramLabel = "URL",
      converter = ServiceUrl.class,
      description = "PDSes to ask (several, or separated by commas).")
  private List<URI> hosts;

  @Mixin private HeldDatabase database;
  @Mixin private CollectionOptions collections;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException, SQLException, InterruptedException {
    return database.open(this::compare);
  }

  private int compare(Database held) throws IOException, SQLException {
    try (XrpcClient http = new XrpcClient(HttpLimits.DEFAULT, AddressGuard.of(true))) {
      Report report =
          new Comparison(
                  new PdsNetwork(http, hosts, collections.collections()),
                  held,
                  collections.collections())
              .run();
      report.print(new PrintWriter(spec.commandLine().getOut()));
      return report.isEqual() ? ExitCode.OK : ExitCode.SOFTWARE;
    }
  }
}
