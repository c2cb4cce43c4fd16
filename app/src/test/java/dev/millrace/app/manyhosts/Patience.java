package dev.millrace.app.manyhosts;

import dev.millrace.atproto.rate.RequestRate;
import dev.millrace.topology.backfiller.fetch.Backoff;
import dev.millrace.topology.backfiller.fetch.HostPolicy;
import java.time.Duration;

/** How long the backfiller waits for what is bad. */
enum Patience {
  /** As an operator has it: what fails is tried for hours. */
  USUAL,
  /** So that everything bad is given up within a minute or two. */
  SHORT;

  HostPolicy hosts(RequestRate rate) {
    return switch (this) {
      case USUAL -> HostPolicy.DEFAULT.with(HostPolicy.DEFAULT.concurrency(), rate);
      case SHORT ->
          new HostPolicy(
              5, 2, rate, 5, Duration.ofSeconds(2), Duration.ofSeconds(10), Duration.ofSeconds(1));
    };
  }

  Backoff backoff() {
    return switch (this) {
      case USUAL -> Backoff.DEFAULT;
      case SHORT -> new Backoff(Duration.ofMillis(500), Duration.ofSeconds(5), 4, 2);
    };
  }
}
