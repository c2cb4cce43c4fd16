package dev.millrace.app.command;

import dev.millrace.app.config.HandleOptions;
import dev.millrace.app.config.NetworkOptions;
import dev.millrace.app.progress.CountedWork;
import dev.millrace.app.run.NetworkClients;
import dev.millrace.atproto.identity.HandleResolver;
import dev.millrace.atproto.syntax.Did;
import dev.millrace.atproto.syntax.Handle;
import dev.millrace.atproto.xrpc.XrpcException;
import dev.millrace.connectors.kafka.Batch;
import dev.millrace.connectors.kafka.KafkaConnection;
import dev.millrace.connectors.kafka.OneTransaction;
import dev.millrace.schema.event.EventCodec;
import dev.millrace.schema.event.RepoListing;
import dev.millrace.schema.event.RepoRequest;
import dev.millrace.schema.event.Scope;
import dev.millrace.schema.topic.Topic;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Takes in a list of repos. */
@Command(
    name = "import",
    header = "Takes in a file that names repos, a DID or a handle a line.",
    description = {
      "",
      "Writes them to repo_backfill, as a listing does, a thousand in a transaction. Empty lines and",
      "those that begin with # are passed over; a line that is neither DID nor handle is refused",
      "before anything is written. A handle that names no DID is told and left out. A run that was",
      "stopped may be made again: a repo that waits already is not fetched twice.",
      "Exits with 0 if every line was taken in, else with 1.",
      ""
    },
    mixinStandardHelpOptions = true,
    versionProvider = Version.class)
final class ReposImport implements Callable<Integer> {
  private static final String SOURCE = "import";
  private static final int BATCH = 1_000;

  @Parameters(paramLabel = "FILE", description = "UTF-8 text.")
  private Path file;

  @Option(
      names = "--priority",
      description = "Before all that is only listed: to repo_requests, as 'repos add' does.")
  private boolean hasPriority;

  @Mixin private NetworkOptions network;
  @Mixin private HandleOptions handles;
  @Mixin private MeantCluster cluster;
  @Spec private CommandSpec spec;

  private long left;

  @Override
  public Integer call() throws Exception {
    long lines = check();
    cluster.open(kafka -> take(kafka, lines));
    return left == 0 ? ExitCode.OK : ExitCode.SOFTWARE;
  }

  /** How many repos are named. */
  private long check() throws IOException {
    long named = 0;
    try (BufferedReader reader = Files.newBufferedReader(file)) {
      long number = 0;
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        number++;
        String name = name(line);
        if (name == null) {
          continue;
        }
        if (!Did.isValid(name) && !Handle.isValid(name)) {
          throw new ParameterException(
              spec.commandLine(),
              "%s, line %d: '%s' is neither a DID nor a handle".formatted(file, number, name));
        }
        named++;
      }
    }
    return named;
  }

  private static @Nullable String name(String line) {
    String name = line.strip();
    return name.isEmpty() || name.startsWith("#") ? null : name;
  }

  private void take(KafkaConnection kafka, long named) throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    long seen = 0;
    try (BufferedReader reader = Files.newBufferedReader(file);
        NetworkClients clients = new NetworkClients(network);
        CountedWork work = CountedWork.start("import", "repos", named, out)) {
      HandleResolver resolver = clients.handles(handles);
      Batch batch = new Batch();
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        String name = name(line);
        if (name == null) {
          continue;
        }
        seen++;
        add(name, resolver, batch);
        if (batch.size() == BATCH) {
          OneTransaction.write(kafka, Repos.TRANSACTIONAL_ID, batch);
          batch = new Batch();
        }
        work.at(seen, left == 0 ? "" : "%,d left out".formatted(left));
      }
      if (!batch.isEmpty()) {
        OneTransaction.write(kafka, Repos.TRANSACTIONAL_ID, batch);
      }
    }
    out.printf("%,d repos are %s%n", seen - left, hasPriority ? "asked for" : "listed");
    out.flush();
  }

  private void add(String name, HandleResolver resolver, Batch batch) {
    String did = did(name, resolver);
    if (did == null) {
      left++;
    } else if (hasPriority) {
      batch.add(
          Topic.REPO_REQUESTS,
          did,
          EventCodec.encode(
              new RepoRequest(
                  did, ReposAdd.REASON, Scope.FULL, null, null, Instant.now().toString())));
    } else {
      batch.add(
          Topic.REPO_BACKFILL,
          did,
          EventCodec.encode(new RepoListing(did, SOURCE, null, null, true)));
    }
  }

  /** Null, which is told, if it names none or that cannot be known now. */
  private @Nullable String did(String name, HandleResolver resolver) {
    if (Did.isValid(name)) {
      return name;
    }
    PrintWriter err = spec.commandLine().getErr();
    try {
      Did did = resolver.resolve(Handle.parse(name));
      if (did != null) {
        return did.value();
      }
      err.println(name + " names no DID");
    } catch (XrpcException e) {
      err.println(name + " cannot be resolved: " + e.getMessage());
    }
    return null;
  }
}
