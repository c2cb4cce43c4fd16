package dev.millrace.simulator.world;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/**
 * When what happens, in microseconds since 1970.
 *
 * <pre>
 * |---- accounts ----|------------ old records ------------|-- backlog --|-- live ------>
 * birth           30 days                              (history)      start
 * </pre>
 */
final class Timeline {
  private static final DateTimeFormatter MILLIS =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);
  private static final long DAY = Duration.ofDays(1).toMillis() * 1_000;
  private static final long ACCOUNTS = 30 * DAY;
  private static final long OLD_RECORDS = 300 * DAY;

  private final long start;
  private final long interval;
  private final int backlog;
  private final long history;

  Timeline(Instant start, Duration interval, int backlog, Duration history) {
    this.history = history.toMillis() * 1_000;
    this.start = start.toEpochMilli() * 1_000;
    this.interval = interval.toNanos() / 1_000;
    this.backlog = backlog;
  }

  /** Of an account, by its share in the accounts at the beginning. */
  long account(long index, long count) {
    return backlogStart() - OLD_RECORDS - ACCOUNTS + index * (ACCOUNTS / count);
  }

  /** Of an old record. */
  long old(long index, long count) {
    return backlogStart() - OLD_RECORDS + index * (OLD_RECORDS / (count + 1));
  }

  long backlogStart() {
    return start - history;
  }

  /** Of a step; the first are the backlog. */
  long step(long number) {
    return number < backlog
        ? backlogStart() + number * (history / (backlog + 1))
        : start + (number - backlog) * interval;
  }

  /** ISO, to milliseconds, with a Z. */
  static String text(long micros) {
    return MILLIS.format(Instant.ofEpochMilli(micros / 1_000));
  }
}
