package dev.millrace.connectors.trim;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says what trimming does and what it holds back. Owned by one thread.
 *
 * <ul>
 *   <li>{@code millrace.trim.deleted} by topic: offsets that went
 *   <li>{@code millrace.trim.held} by topic and reader: offsets older than the window that stay,
 *       because this reader has not read them
 * </ul>
 */
final class TrimReport {
  /** A reader that lags for a while is no news. */
  static final Duration PATIENCE = Duration.ofMinutes(10);

  private static final Duration REPEAT = Duration.ofHours(1);
  private static final Logger log = LoggerFactory.getLogger(TrimReport.class);

  private record Holder(String topic, String reader) {}

  private final MeterRegistry registry;
  private final MultiGauge gauges;
  private final Clock clock;
  private final Map<Holder, Instant> since = new HashMap<>();
  private final Map<Holder, Instant> said = new HashMap<>();

  TrimReport(MeterRegistry registry, Clock clock) {
    this.registry = registry;
    this.gauges = MultiGauge.builder("millrace.trim.held").register(registry);
    this.clock = clock;
  }

  void tell(TrimPass.Result result) {
    result
        .deleted()
        .forEach(
            (topic, events) -> {
              registry.counter("millrace.trim.deleted", "topic", topic).increment(events);
              log.info(
                  "{}: {} events deleted, read by all and older than the window", topic, events);
            });
    Map<Holder, List<TrimPlan.Held>> byHolder = new HashMap<>();
    for (TrimPlan.Held held : result.held()) {
      byHolder
          .computeIfAbsent(
              new Holder(held.partition().topic(), held.reader()), holder -> new ArrayList<>())
          .add(held);
    }
    gauges.register(
        byHolder.entrySet().stream()
            .map(
                entry ->
                    MultiGauge.Row.of(
                        Tags.of("topic", entry.getKey().topic(), "reader", entry.getKey().reader()),
                        events(entry.getValue())))
            .toList(),
        true);
    since.keySet().retainAll(byHolder.keySet());
    said.keySet().retainAll(byHolder.keySet());
    byHolder.forEach(this::warn);
  }

  private void warn(Holder holder, List<TrimPlan.Held> held) {
    Instant now = clock.instant();
    Instant begun = since.computeIfAbsent(holder, h -> now);
    Instant last = said.get(holder);
    boolean isDue =
        last == null ? !now.isBefore(begun.plus(PATIENCE)) : now.isAfter(last.plus(REPEAT));
    if (!isDue) {
      return;
    }
    said.put(holder, now);
    Map<Integer, String> positions = new TreeMap<>();
    held.forEach(h -> positions.put(h.partition().partition(), shown(h.position())));
    log.warn(
        "{}: {} events older than the replay window stay on the disk since {}, because {} has not"
            + " read them (position by partition: {}). A group that is dead for good can be left"
            + " out: --trim-ignore-group",
        holder.topic(),
        events(held),
        begun,
        holder.reader(),
        positions);
  }

  private static long events(List<TrimPlan.Held> held) {
    return held.stream().mapToLong(TrimPlan.Held::events).sum();
  }

  private static String shown(OptionalLong position) {
    return position.isPresent() ? String.valueOf(position.getAsLong()) : "none";
  }
}
