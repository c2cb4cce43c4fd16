package dev.millrace.app.command;

import dev.millrace.app.config.HandleOptions;
import dev.millrace.app.config.NetworkOptions;
import dev.millrace.app.run.NetworkClients;
import dev.millrace.atproto.identity.HandleResolver;
import dev.millrace.atproto.syntax.Did;
import dev.millrace.atproto.syntax.Handle;
import dev.millrace.atproto.xrpc.XrpcException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The repos that a command is about, by DID or handle. */
final class NamedRepos {
  @Parameters(arity = "1..*", paramLabel = "REPO", description = "A DID or a handle.")
  private List<String> names;

  @Mixin private NetworkOptions network;
  @Mixin private HandleOptions handles;

  @Spec(Spec.Target.MIXEE)
  private @Nullable CommandSpec spec;

  /** Their DIDs; handles are resolved. */
  List<String> dids() throws XrpcException {
    for (String name : names) {
      if (!Did.isValid(name) && !Handle.isValid(name)) {
        throw new ParameterException(
            Objects.requireNonNull(spec).commandLine(),
            "REPO: '%s' is neither a DID nor a handle".formatted(name));
      }
    }
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
