package dev.millrace.topology.backfiller;

import dev.millrace.atproto.identity.DirectoryLimits;
import dev.millrace.atproto.rate.RequestRate;
import dev.millrace.atproto.xrpc.HttpLimits;
import dev.millrace.topology.backfiller.fetch.Backoff;
import dev.millrace.topology.backfiller.fetch.HostPolicy;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;

/** Options for a network on localhost: everything short. */
final class TestOptions {
  static final String GROUP = "prod_backfiller";

  /** A silent host is given up after a second. */
  static final HttpLimits IMPATIENT =
      new HttpLimits(
          Duration.ofSeconds(2),
          Duration.ofSeconds(1),
          Duration.ofSeconds(5),
          Duration.ofMinutes(5),
          1 << 20,
          3);

  private TestOptions() {}

  static BackfillerOptions.Builder of(String bootstrapServers, Path dir, URI plc) {
    return BackfillerOptions.builder(bootstrapServers, dir)
        .plc(plc)
        .allowPrivateHosts(true)
        .directories(
            new DirectoryLimits(
                new DirectoryLimits.Policy(64, new RequestRate(1_000_000, Duration.ofSeconds(1)))))
        .hosts(
            new HostPolicy(
                100,
                100,
                new RequestRate(1_000_000, Duration.ofSeconds(1)),
                1_000,
                Duration.ofMillis(200),
                Duration.ofSeconds(2),
                Duration.ofMillis(300)))
        .backoff(new Backoff(Duration.ofMillis(200), Duration.ofSeconds(1), 4, 2));
  }
}
