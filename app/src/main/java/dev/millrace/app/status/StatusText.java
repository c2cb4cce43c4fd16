package dev.millrace.app.status;

import dev.millrace.app.status.Status.Count;
import dev.millrace.app.status.Status.OfGroup;
import dev.millrace.app.status.Status.OfListings;
import dev.millrace.app.status.Status.OfTopic;
import dev.millrace.app.status.Status.Waiting;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A status for people. */
public final class StatusText {
  private static final String TOPIC = "%-18s %15s %10s  %-16s %13s %10s %10s  %s%n";

  private StatusText() {}

  public static void print(Status status, PrintWriter out) {
    out.println(status.at());
    out.printf(TOPIC, "TOPIC", "END", "GROWS/S", "READER", "LAG", "READS/S", "LEFT", "OLDEST");
    for (OfTopic topic : status.topics()) {
      topic(topic, out);
    }
    out.println();
    listings(status.listings(), out);
    out.println();
    out.println("REPOS");
    if (status.done() != null) {
      out.printf("  %,13d whole in the database%n", status.done());
    }
    out.printf("  %,13d listed or asked for, not taken yet%n", status.repos().untaken());
    waiting("being fetched", status.repos().fetching(), out);
    waiting("due", status.repos().due(), out);
    waiting("parked until a time", status.repos().parked(), out);
    long failed = status.failed().values().stream().mapToLong(Count::all).sum();
    out.printf("  %,13d set aside (millrace dead-letters)%n", failed);
    status.failed().forEach((reason, count) -> line(reason, count.all(), count.byHost(), out));
  }

  private static void listings(OfListings listings, PrintWriter out) {
    out.println("LISTS");
    out.printf("  %,13d of %,d read to their end%n", listings.done(), listings.all());
    listings
        .open()
        .forEach((list, cursor) -> out.printf("  %13s   %s at cursor %s%n", "", list, cursor));
    long spots = listings.badSpots().values().stream().mapToLong(Long::longValue).sum();
    out.printf("  %,13d bad spots stepped over (millrace cursors list)%n", spots);
    if (spots > 0) {
      out.printf("  %13s   at %s%n", "", hosts(listings.badSpots()));
    }
  }

  private static void topic(OfTopic topic, PrintWriter out) {
    String end = "%,d".formatted(topic.end());
    String grows = "%,.1f".formatted(topic.perSecond());
    if (topic.groups().isEmpty()) {
      out.printf(TOPIC, topic.topic(), end, grows, "-", "", "", "", "");
    }
    for (OfGroup group : topic.groups()) {
      out.printf(
          TOPIC,
          topic.topic(),
          end,
          grows,
          group.group(),
          "%,d".formatted(group.lag()),
          "%,.1f".formatted(group.perSecond()),
          left(group.secondsLeft()),
          group.oldest() == null ? "" : group.oldest());
    }
  }

  private static String left(@Nullable Long seconds) {
    if (seconds == null) {
      return "no end";
    }
    Duration left = Duration.ofSeconds(seconds);
    return left.toDays() > 0
        ? left.toDays() + "d" + left.toHoursPart() + "h"
        : "%d:%02d:%02d".formatted(left.toHours(), left.toMinutesPart(), left.toSecondsPart());
  }

  private static void waiting(String words, Waiting waiting, PrintWriter out) {
    out.printf("  %,13d %s%n", waiting.all(), words);
    waiting.byReason().forEach((reason, count) -> line(reason, count, Map.of(), out));
    if (!waiting.byHost().isEmpty()) {
      out.printf("  %13s   at %s%n", "", hosts(waiting.byHost()));
    }
  }

  private static void line(String reason, long count, Map<String, Long> hosts, PrintWriter out) {
    out.printf(
        "  %13s   %,9d %s%s%n", "", count, reason, hosts.isEmpty() ? "" : ": " + hosts(hosts));
  }

  private static String hosts(Map<String, Long> hosts) {
    return hosts.entrySet().stream()
        .map(host -> "%s %,d".formatted(host.getKey(), host.getValue()))
        .collect(Collectors.joining(", "));
  }
}
