package dev.millrace.connectors.trim;

import dev.millrace.connectors.ingest.PartThreads;
import io.micrometer.core.instrument.MeterRegistry;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.jooq.exception.DataAccessException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The part {@code trimmer}: at intervals deletes what every reader has read and what is older than
 * the replay window. Any number may run; one works at a time. What fails is tried again at the next
 * interval: nothing is lost by deleting later. Safe for use by several threads.
 */
public final class Trimmer implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Trimmer.class);
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(20);

  private final PartThreads threads = new PartThreads("trimmer");
  private final TrimOptions options;
  private final Admin admin;
  private final TrimReport report;
  private volatile boolean isWorking = true;

  private Trimmer(TrimOptions options, MeterRegistry registry) {
    this.options = options;
    this.admin = Admin.create(options.kafka().admin());
    this.report = new TrimReport(registry, Clock.systemUTC());
    threads.ended().whenComplete((ended, failure) -> admin.close(Duration.ZERO));
  }

  /** Starts the thread and returns. */
  public static Trimmer start(TrimOptions options, MeterRegistry registry) {
    Trimmer trimmer = new Trimmer(options, registry);
    trimmer.threads.start("passes", trimmer::run);
    return trimmer;
  }

  private void run() throws InterruptedException {
    TrimPass pass = new TrimPass(options, admin, Clock.systemUTC());
    while (!threads.isStopping()) {
      try {
        pass.run().ifPresent(report::tell);
        isWorking = true;
      } catch (SQLException | DataAccessException | KafkaException e) {
        isWorking = false;
        log.warn(
            "nothing trimmed, again in {} s: {}", options.interval().toSeconds(), e.toString());
      }
      threads.sleep(options.interval());
    }
  }

  public String name() {
    return "trimmer";
  }

  /** Whether the last pass could be made. */
  public boolean ready() {
    return isWorking && !threads.isStopping();
  }

  /** Completes when the part has stopped: normally if it was closed, else with what it died of. */
  public CompletionStage<Void> ended() {
    return threads.ended();
  }

  /** Lets the pass in hand end, and stops. */
  public boolean close(Duration limit) {
    return threads.stop(limit);
  }

  @Override
  public void close() {
    close(CLOSE_LIMIT);
  }
}
