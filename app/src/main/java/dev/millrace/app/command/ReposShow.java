package dev.millrace.app.command;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.millrace.app.config.BackfillerGroupOptions;
import dev.millrace.app.status.RepoStatus;
import dev.millrace.app.status.RepoStatusReader;
import dev.millrace.connectors.kafka.KafkaConnection;
import dev.millrace.schema.database.Database;
import java.io.IOException;
import java.io.PrintWriter;
import java.sql.SQLException;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** How things stand with single repos. */
@Command(
    name = "show",
    header =
        "Says of repos what Postgres holds, whether they wait and why, and what was set aside.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class)
final class ReposShow implements Callable<Integer> {
  private static final String FIELD = "  %-12s %s%n";

  @Option(names = "--json", description = "As a JSON array.")
  private boolean isJson;

  @Mixin private NamedRepos repos;
  @Mixin private BackfillerGroupOptions backfiller;
  @Mixin private MeantServers servers;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    List<String> dids = repos.dids();
    return servers.open((kafka, database) -> show(dids, kafka, database));
  }

  private int show(List<String> dids, KafkaConnection kafka, Database database)
      throws SQLException, IOException {
    List<RepoStatus> found =
        new RepoStatusReader(kafka, backfiller.group(), database, Clock.systemUTC()).read(dids);
    PrintWriter out = spec.commandLine().getOut();
    if (isJson) {
      out.println(
          new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValueAsString(found));
    } else {
      found.forEach(repo -> print(repo, out));
    }
    out.flush();
    return ExitCode.OK;
  }

  private static void print(RepoStatus repo, PrintWriter out) {
    out.printf("%s: %s%n", repo.did(), repo.state());
    RepoStatus.Held held = repo.held();
    if (held != null) {
      field("handle", held.handle(), out);
      field("account", held.active() == null ? null : account(held), out);
      field("rev", held.rev(), out);
      field("whole at", held.wholeRev(), out);
      out.printf(FIELD, "records", "%,d".formatted(held.records()));
    }
    RepoStatus.Waiting waiting = repo.waiting();
    if (waiting != null) {
      field(
          "wanted",
          "%s, %s, since %s".formatted(waiting.reason(), waiting.lane(), waiting.since()),
          out);
      field("host", waiting.host(), out);
      field("attempts", String.valueOf(waiting.attempts()), out);
      field("last error", waiting.lastError(), out);
      field("next try", waiting.notBefore(), out);
      field("fetching", waiting.fetchingSince(), out);
    }
    for (RepoStatus.Letter letter : repo.deadLetters()) {
      field(
          "set aside",
          "%s %s %s %s: %s"
              .formatted(
                  letter.letter(), letter.at(), letter.reason(), letter.host(), letter.what()),
          out);
    }
  }

  private static String account(RepoStatus.Held held) {
    if (Boolean.TRUE.equals(held.active())) {
      return "active";
    }
    return held.status() == null ? "not active" : held.status();
  }

  private static void field(String name, @Nullable String value, PrintWriter out) {
    if (value != null) {
      out.printf(FIELD, name, value);
    }
  }
}
