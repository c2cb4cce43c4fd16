package dev.millrace.app.run;

import io.micrometer.core.instrument.MeterRegistry;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the parts of this process do, a line at a time. Owned by one thread. */
public final class StatusLine {
  private static final Logger log = LoggerFactory.getLogger(StatusLine.class);

  private final MeterRegistry meters;
  private final Parts parts;
  private final CatchUp catchUp;
  private final PrintWriter out;
  private Progress last;
  private long lastNanos = System.nanoTime();

  public StatusLine(MeterRegistry meters, Parts parts, CatchUp catchUp, PrintWriter out) {
    this.meters = meters;
    this.parts = parts;
    this.catchUp = catchUp;
    this.out = out;
    this.last = Progress.of(meters);
  }

  /** Prints if so much time has passed since the last one. */
  public void printEvery(Duration interval) {
    if (System.nanoTime() - lastNanos >= interval.toNanos()) {
      print();
    }
  }

  public void print() {
    Progress now = Progress.of(meters);
    long nanos = System.nanoTime();
    double seconds = Math.max(0.001, (nanos - lastNanos) / 1e9);
    StringBuilder line = new StringBuilder();
    line.append(LocalTime.now(ZoneId.systemDefault()).truncatedTo(ChronoUnit.SECONDS))
        .append(
            " frames %,d (%,.0f/s)"
                .formatted(now.frames(), rate(now.frames() - last.frames(), seconds)))
        .append(
            " · repos %,d listed, %,d fetched, %,d inactive, %,d in hand"
                .formatted(now.listed(), now.fetched(), now.inactive(), now.pending()))
        .append(" · records %,d".formatted(now.records()))
        .append(
            " · indexed %,d (%,.0f/s)"
                .formatted(now.indexed(), rate(now.indexed() - last.indexed(), seconds)))
        .append(" · left %s".formatted(left()));
    if (now.refused() > 0) {
      line.append(" · set aside %,d".formatted(now.refused()));
    }
    List<String> waiting = parts.notReady();
    if (!waiting.isEmpty()) {
      line.append(" · waiting: ").append(String.join(", ", waiting));
    }
    out.println(line);
    out.flush();
    last = now;
    lastNanos = nanos;
  }

  private String left() {
    try {
      return "%,d events".formatted(catchUp.indexerLag());
    } catch (KafkaException e) {
      log.debug("no lag", e);
      return "unknown";
    }
  }

  private static double rate(long count, double seconds) {
    return count / seconds;
  }
}
