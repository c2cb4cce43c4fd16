package dev.millrace.connectors.ingest;

import dev.millrace.schema.event.CursorKey;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * The counters of one stream of one host; every one has the tags {@code stream} and {@code host}.
 *
 * <p>Safe for use by several threads.
 */
public final class IngestMetrics {
  private final MeterRegistry meters;
  private final Tags tags;
  private final Map<String, Counter> counters = new ConcurrentHashMap<>();

  public IngestMetrics(MeterRegistry meters, CursorKey stream) {
    this.meters = meters;
    this.tags = Tags.of("stream", stream.stream().word(), "host", stream.host());
  }

  public MeterRegistry registry() {
    return meters;
  }

  /** {@code millrace.ingest.frames}: whole frames off the socket. */
  public void frame() {
    count("millrace.ingest.frames", "", "", 1);
  }

  /** {@code millrace.ingest.events}, tag {@code type}: records written, of any topic. */
  public void events(String type, int number) {
    count("millrace.ingest.events", "type", type, number);
  }

  /** {@code millrace.ingest.dropped}, tag {@code reason}: passed over on purpose. */
  public void dropped(String reason) {
    count("millrace.ingest.dropped", "reason", reason, 1);
  }

  /** {@code millrace.ingest.dead_letters}, tag {@code reason}. */
  public void deadLetter(String reason) {
    count("millrace.ingest.dead_letters", "reason", reason, 1);
  }

  /** {@code millrace.ingest.requests}, tag {@code reason}: fetches asked for. */
  public void request(String reason) {
    count("millrace.ingest.requests", "reason", reason, 1);
  }

  /** {@code millrace.ingest.signatures}, tag {@code reason}: what came of checking one. */
  public void signature(String outcome) {
    count("millrace.ingest.signatures", "reason", outcome, 1);
  }

  /** {@code millrace.ingest.host_failures}, tag {@code reason}: the host failed and was retried. */
  public void hostFailure(String reason) {
    count("millrace.ingest.host_failures", "reason", reason, 1);
  }

  /**
   * {@code millrace.ingest.bad_spots}, tag {@code reason}: places in a list that fail: {@code
   * passed} by, {@code standing} before one, {@code settled}.
   */
  public void badSpot(String what) {
    count("millrace.ingest.bad_spots", "reason", what, 1);
  }

  /** {@code millrace.ingest.hosts}, tag {@code state}: of those whose repos are listed. */
  public void hosts(String state, Supplier<Number> value) {
    Gauge.builder("millrace.ingest.hosts", value)
        .description("hosts whose repos are listed")
        .tags(tags.and("state", state))
        .register(meters);
  }

  /** {@code millrace.ingest.bad_spots.open}, tag {@code state}. */
  public void badSpots(Supplier<Number> passed, Supplier<Number> standing) {
    openSpots("passed", passed);
    openSpots("standing", standing);
  }

  private void openSpots(String state, Supplier<Number> value) {
    Gauge.builder("millrace.ingest.bad_spots.open", value)
        .description("places in a list that fail and are tried again")
        .tags(tags.and("state", state))
        .register(meters);
  }

  /** {@code millrace.ingest.gaps}, tag {@code reason}. */
  public void gap(String reason) {
    count("millrace.ingest.gaps", "reason", reason, 1);
  }

  public void gauge(String name, String description, Supplier<Number> value) {
    Gauge.builder(name, value).description(description).tags(tags).register(meters);
  }

  private void count(String name, String tag, String value, int number) {
    counters
        .computeIfAbsent(
            name + ' ' + value,
            key ->
                Counter.builder(name)
                    .tags(tag.isEmpty() ? tags : tags.and(tag, value))
                    .register(meters))
        .increment(number);
  }
}
