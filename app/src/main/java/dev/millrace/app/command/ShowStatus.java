package dev.millrace.app.command;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.millrace.app.config.BackfillerGroupOptions;
import dev.millrace.app.config.DatabaseOptions;
import dev.millrace.app.config.IndexerGroupOptions;
import dev.millrace.app.config.Limits;
import dev.millrace.app.config.TrackerGroupOptions;
import dev.millrace.app.status.Status;
import dev.millrace.app.status.StatusReader;
import dev.millrace.app.status.StatusText;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** How things stand. */
@Command(
    name = "status",
    header = "Says what is done, what is left, and why.",
    description = {
      "",
      "Of every topic its end, who reads it, how far behind and how fast; of lists how far they are;",
      "of repos how many are being fetched, wait, are left alone until a time, and were set aside, by",
      "reason and host. Reads the cluster from outside, whoever runs the parts; with --database-url it counts",
      "the repos that are whole in the database, too.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  millrace status",
      "  millrace status --json --seconds 10 --database-url postgresql://postgres@db/bsky"
    },
    mixinStandardHelpOptions = true,
    versionProvider = Version.class)
final class ShowStatus implements Callable<Integer> {
  @Option(names = "--json", description = "As one JSON object.")
  private boolean isJson;

  @Limits(min = 1, max = 3_600)
  @Option(
      names = "--seconds",
      paramLabel = "N",
      defaultValue = "3",
      description = "Measure rates over so long. Default: ${DEFAULT-VALUE}.")
  private int seconds;

  @Mixin private MeantCluster cluster;
  @Mixin private BackfillerGroupOptions backfiller;
  @Mixin private TrackerGroupOptions tracker;
  @Mixin private IndexerGroupOptions indexer;
  @Mixin private DatabaseOptions database;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    PrintWriter out = spec.commandLine().getOut();
    cluster.open(
        kafka -> {
          Status status =
              new StatusReader(
                      kafka,
                      new StatusReader.Groups(backfiller.group(), tracker.group(), indexer.group()),
                      database.named(),
                      Clock.systemUTC())
                  .read(Duration.ofSeconds(seconds));
          if (isJson) {
            out.println(
                new ObjectMapper()
                    .enable(SerializationFeature.INDENT_OUTPUT)
                    .writeValueAsString(status));
          } else {
            StatusText.print(status, out);
          }
          out.flush();
        });
    return ExitCode.OK;
  }
}
