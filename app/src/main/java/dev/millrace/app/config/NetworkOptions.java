package dev.millrace.app.config;

import dev.millrace.atproto.identity.DirectoryLimits;
import dev.millrace.atproto.rate.RequestRate;
import java.net.URI;
import java.time.Duration;
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

  @Env("MILLRACE_DIRECTORY_RATE")
  @Option(
      names = "--directory-rate",
      paramLabel = "N/TIME",
      converter = RequestRateConverter.class,
      defaultValue = "3000/60s",
      description = {
        "Requests to the PLC directory in a time, by all parts in this process together; the same to",
        "each host of a did:web. A directory's own wish (429, Retry-After) goes before it.",
        "Default: ${DEFAULT-VALUE}."
      })
  private RequestRate directoryRate;

  @Env("MILLRACE_DIRECTORY_CONCURRENCY")
  @Limits(min = 1, max = 1_000)
  @Option(
      names = "--directory-concurrency",
      paramLabel = "N",
      defaultValue = "16",
      description = {
        "Requests to the PLC directory at a time, by all parts in this process together; the same to",
        "each host of a did:web. Default: ${DEFAULT-VALUE}."
      })
  private int directoryConcurrency;

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
    options.directoryRate = new RequestRate(1_000_000, Duration.ofSeconds(1));
    options.directoryConcurrency = 64;
    return options;
  }

  public URI plc() {
    return plc;
  }

  /** What a directory of identities bears. */
  public DirectoryLimits.Policy directories() {
    return new DirectoryLimits.Policy(directoryConcurrency, directoryRate);
  }

  public boolean allowPrivateHosts() {
    return allowPrivateHosts;
  }
}
