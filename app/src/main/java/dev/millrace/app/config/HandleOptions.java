package dev.millrace.app.config;

import java.net.URI;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How handles are resolved. */
public final class HandleOptions {
  @Env("MILLRACE_HANDLE_RESOLVER")
  @Option(
      names = "--handle-resolver",
      paramLabel = "URL",
      converter = ServiceUrl.class,
      description = {
        "A service (a PDS, say) that is asked for handles by com.atproto.identity.resolveHandle: for",
        "a network on this machine or in-house, whose handles are in no DNS.",
        "Default: DNS, then the handle's own host."
      })
  private @Nullable URI resolver;

  /** Of a service. */
  public static HandleOptions of(URI resolver) {
    HandleOptions options = new HandleOptions();
    options.resolver = resolver;
    return options;
  }

  /** Null for DNS and the handles' own hosts. */
  public @Nullable URI resolver() {
    return resolver;
  }
}
