package dev.millrace.app.run;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.search.Search;

/**
 * What the parts of this process count, at one moment.
 *
 * @param frames off all streams
 * @param labels written to {@code label_live}
 * @param listed repos written to {@code repo_backfill}
 * @param requested repos asked for by the producers and the tracker
 * @param fetched repos emitted whole
 * @param inactive repos whose host says why it does not give them out
 * @param pending repos in hand or in backoff
 * @param records of fetched repos
 * @param indexed events that the indexer has applied or rightly passed over
 * @param refused dead letters of all parts
 */
public record Progress(
    long frames,
    long labels,
    long listed,
    long requested,
    long fetched,
    long inactive,
    long pending,
    long records,
    long indexed,
    long refused) {

  public static Progress of(MeterRegistry meters) {
    return new Progress(
        count(meters.find("millrace.ingest.frames")),
        count(meters.find("millrace.ingest.events").tag("type", "label")),
        count(meters.find("millrace.ingest.events").tag("type", "listing")),
        count(meters.find("millrace.ingest.requests"))
            + count(meters.find("millrace.tracker.requests")),
        count(meters.find("millrace.backfiller.fetched")),
        count(meters.find("millrace.backfiller.inactive")),
        value(meters.find("millrace.backfiller.pending"))
            + value(meters.find("millrace.backfiller.parked")),
        count(meters.find("millrace.backfiller.records")),
        count(meters.find("millrace.sink.events")),
        count(meters.find("millrace.ingest.dead_letters"))
            + count(meters.find("millrace.backfiller.set_aside"))
            + count(meters.find("millrace.sink.dead.letters")));
  }

  private static long count(Search search) {
    return (long) search.counters().stream().mapToDouble(Counter::count).sum();
  }

  private static long value(Search search) {
    return (long) search.gauges().stream().mapToDouble(Gauge::value).sum();
  }
}
