package dev.millrace.connectors.firehose;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.millrace.atproto.identity.DidResolver;
import dev.millrace.connectors.ingest.IngestMetrics;
import dev.millrace.connectors.ingest.IngestScope;
import dev.millrace.schema.event.CursorKey;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Instant;

/**
 * What is checked of a window of a relay's firehose: the same as of the stream as it happens, but
 * its events go to {@code firehose_backfill}. Keys and questions are shared by all its workers.
 *
 * <p>Safe for use by several threads.
 */
public final class WindowChecks {
  private static final int KEYS_KEPT = 200_000;
  private static final int CHECKS_PENDING = 5_000;
  private static final int LOOKUPS = 16;

  private final String relay;
  private final IngestScope scope;
  private final DidResolver resolver;
  private final IngestMetrics metrics;
  private final Clock clock;
  private final Origin origin;
  private final SigningKeys keys = new SigningKeys(KEYS_KEPT, Ticker.systemTicker());

  /**
   * Nothing is read yet.
   *
   * @param begun when the window was decided on
   * @param resolver with a cache; it is asked beside the reading only
   */
  public WindowChecks(
      String relay,
      IngestScope scope,
      Instant begun,
      DidResolver resolver,
      MeterRegistry meters,
      Clock clock) {
    this.relay = relay;
    this.scope = scope;
    this.resolver = resolver;
    this.metrics = new IngestMetrics(meters, new CursorKey(CursorKey.Stream.WINDOW, relay));
    this.clock = clock;
    this.origin = Origin.window(begun, !scope.collections().isEmpty());
  }

  public IngestMetrics metrics() {
    return metrics;
  }

  /** For one worker and one stretch; it checks on the worker's own thread. */
  public FirehoseTranslator translator(CursorKey range) {
    return new FirehoseTranslator(
        range,
        relay,
        scope,
        new CheckerPool(1, () -> new FrameChecker(relay, scope, keys, clock, origin)),
        keys,
        new SignatureChecks(resolver, keys, CHECKS_PENDING, LOOKUPS, metrics),
        metrics,
        clock,
        origin);
  }
}
