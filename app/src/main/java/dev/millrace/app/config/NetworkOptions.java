package dev.millrace.app.config;

import java.net.URI;
import picocli.CommandLine.Option;

/** How the network's own directory and hosts are reached. */
public final class NetworkOptions {
  @Env("PLC_URL")
  @Option(
      names = "--plc",
      paramLabel = "URL",
      converter = ServiceUrl.class,
      defaultValue = "https://plc.directory",
      description = "The PLC directory that did:plc is looked up in. Default: ${DEFAULT-VALUE}.")
  private URI plc;

  @Env("MILLRACE_ALLOW_PRIVATE_HOSTS")
  @Option(
      names = "--allow-private-hosts",
      description = {
        "Let requests go to loopback and private addresses, and over plain http: for a network on",
        "this machine or in-house. Hosts come from strangers' DID documents; on the public",
        "network leave this off."
      })
  private boolean allowPrivateHosts;

  /** A network on this machine. */
  public static NetworkOptions local(URI plc) {
    NetworkOptions options = new NetworkOptions();
    options.plc = plc;
    options.allowPrivateHosts = true;
    return options;
  }

  public URI plc() {
    return plc;
  }

  public boolean allowPrivateHosts() {
    return allowPrivateHosts;
  }
}
