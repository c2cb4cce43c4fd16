package dev.millrace.app.config;

import dev.millrace.atproto.rate.RequestRate;
import dev.millrace.connectors.identity.IdentityMirrorOptions;
import java.net.URI;
import java.time.Duration;
import picocli.CommandLine.Option;

/** The mirror of the PLC directory. */
public final class IdentityOptions {
  @Env("INGESTER_IDENTITIES_AGAIN_S")
  @Limits(min = 1, max = 31_536_000)
  @Option(
      names = "--identities-again",
      paramLabel = "SECONDS",
      defaultValue = "60",
      description = {
        "After the end of the directory's export, look for what came since so often.",
        "Default: ${DEFAULT-VALUE}."
      })
  private long againSeconds;

  @Env("INGESTER_IDENTITIES_RATE")
  @Option(
      names = "--identities-rate",
      paramLabel = "N/TIME",
      converter = RequestRateConverter.class,
      defaultValue = "500/300s",
      description = {
        "Pages of the directory's export (1,000 operations each) in a time; within what",
        "--directory-rate allows. Default: ${DEFAULT-VALUE}."
      })
  private RequestRate rate;

  /** Of a network on this machine. */
  public static IdentityOptions local() {
    IdentityOptions options = new IdentityOptions();
    options.againSeconds = 1;
    options.rate = new RequestRate(1_000, Duration.ofSeconds(1));
    return options;
  }

  /** Of a directory. */
  public IdentityMirrorOptions of(URI directory) {
    return IdentityMirrorOptions.of(directory).looking(Duration.ofSeconds(againSeconds), rate);
  }
}
