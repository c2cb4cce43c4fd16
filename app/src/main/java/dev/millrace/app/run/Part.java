package dev.millrace.app.run;

import dev.millrace.connectors.ingest.IngestPart;
import dev.millrace.connectors.sink.PostgresSink;
import dev.millrace.connectors.trim.Trimmer;
import dev.millrace.topology.backfiller.Backfiller;
import dev.millrace.topology.tracker.Tracker;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/**
 * One running part, whatever it is. Safe for use by several threads, as the parts are.
 *
 * @param ready whether it works; false while it waits for a host, the broker or the database
 * @param ended completes when it has stopped: normally if it was closed, else with what it died of
 * @param closing stops it within a limit; whether that was enough
 */
public record Part(
    String name, BooleanSupplier ready, CompletionStage<Void> ended, Predicate<Duration> closing) {

  static Part of(IngestPart producer) {
    return new Part(producer.name(), producer::ready, producer.ended(), producer::close);
  }

  static Part of(Trimmer trimmer) {
    return new Part(trimmer.name(), trimmer::ready, trimmer.ended(), trimmer::close);
  }

  static Part of(PostgresSink sink) {
    return new Part(sink.name(), sink::ready, sink.ended(), sink::close);
  }

  static Part of(Tracker tracker) {
    return new Part("tracker", tracker::ready, tracker.ended(), tracker::close);
  }

  static Part of(Backfiller backfiller) {
    return new Part("backfiller", backfiller::ready, backfiller.ended(), backfiller::close);
  }
}
