package dev.millrace.app.command;

import dev.millrace.app.config.CollectionOptions;
import dev.millrace.connectors.kafka.Batch;
import dev.millrace.connectors.kafka.OneTransaction;
import dev.millrace.schema.event.EventCodec;
import dev.millrace.schema.event.RepoRequest;
import dev.millrace.schema.event.Scope;
import dev.millrace.schema.topic.Topic;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Asks for repos. */
@Command(
    name = "add",
    header = "Asks for repos to be fetched, before all that is only listed.",
    description = {
      "",
      "Writes requests to repo_requests, all or none; a handle is resolved first.",
      ""
    },
    mixinStandardHelpOptions = true,
    versionProvider = Version.class)
final class ReposAdd implements Callable<Integer> {
  static final String REASON = "operator";

  @Option(
      names = "--priority",
      description = {
        "Before other requests, too: those of the tracker for gaps, and of other operators. A request",
        "has permits of its own (as many as the others), so it waits for none of them."
      })
  private boolean hasPriority;

  @Mixin private NamedRepos repos;
  @Mixin private CollectionOptions collections;
  @Mixin private MeantCluster cluster;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    List<String> dids = repos.dids();
    Set<String> wanted = collections.collections();
    Scope scope =
        wanted.isEmpty() ? Scope.FULL : Scope.ofCollections(wanted.stream().sorted().toList());
    String now = Instant.now().toString();
    Batch batch = new Batch();
    for (String did : dids) {
      batch.add(
          Topic.REPO_REQUESTS,
          did,
          EventCodec.encode(new RepoRequest(did, REASON, scope, null, null, now, hasPriority)));
    }
    cluster.open(kafka -> OneTransaction.write(kafka, Repos.TRANSACTIONAL_ID, batch));
    dids.forEach(did -> spec.commandLine().getOut().println(did + " is asked for"));
    return ExitCode.OK;
  }
}
