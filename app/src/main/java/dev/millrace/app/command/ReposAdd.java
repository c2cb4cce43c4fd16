package dev.millrace.app.command;

import dev.millrace.app.config.CollectionOptions;
import dev.millrace.app.config.HandleOptions;
import dev.millrace.app.config.NetworkOptions;
import dev.millrace.app.run.NetworkClients;
import dev.millrace.atproto.identity.HandleResolver;
import dev.millrace.atproto.syntax.Did;
import dev.millrace.atproto.syntax.Handle;
import dev.millrace.atproto.xrpc.XrpcException;
import dev.millrace.connectors.kafka.Batch;
import dev.millrace.connectors.kafka.OneTransaction;
import dev.millrace.schema.event.EventCodec;
import dev.millrace.schema.event.RepoRequest;
import dev.millrace.schema.event.Scope;
import dev.millrace.schema.topic.Topic;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
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
  private static final String REASON = "operator";

  @Parameters(arity = "1..*", paramLabel = "REPO", description = "A DID or a handle.")
  private List<String> names;

  @Mixin private CollectionOptions collections;
  @Mixin private NetworkOptions network;
  @Mixin private HandleOptions handles;
  @Mixin private MeantCluster cluster;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    for (String name : names) {
      if (!Did.isValid(name) && !Handle.isValid(name)) {
        throw new ParameterException(
            spec.commandLine(), "REPO: '%s' is neither a DID nor a handle".formatted(name));
      }
    }
    List<String> dids = dids();
    Set<String> wanted = collections.collections();
    Scope scope =
        wanted.isEmpty() ? Scope.FULL : Scope.ofCollections(wanted.stream().sorted().toList());
    String now = Instant.now().toString();
    Batch batch = new Batch();
    for (String did : dids) {
      batch.add(
          Topic.REPO_REQUESTS,
          did,
          EventCodec.encode(new RepoRequest(did, REASON, scope, null, null, now)));
    }
    cluster.open(kafka -> OneTransaction.write(kafka, Repos.TRANSACTIONAL_ID, batch));
    dids.forEach(did -> spec.commandLine().getOut().println(did + " is asked for"));
    return ExitCode.OK;
  }

  private List<String> dids() throws XrpcException {
    List<String> dids = new ArrayList<>();
    try (NetworkClients clients = new NetworkClients(network)) {
      HandleResolver resolver = clients.handles(handles);
      for (String name : names) {
        Did did = Did.isValid(name) ? Did.parse(name) : resolver.resolve(Handle.parse(name));
        if (did == null) {
          throw new IllegalStateException(name + " names no DID");
        }
        dids.add(did.value());
      }
    }
    return dids;
  }
}
