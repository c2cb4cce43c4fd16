package dev.millrace.atproto.xrpc;

import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import okhttp3.Headers;
import org.jspecify.annotations.Nullable;

/**
 * What a host says about how much it will still answer.
 *
 * @param limit {@code ratelimit-limit}: requests a window
 * @param remaining {@code ratelimit-remaining}: requests left in it
 * @param resetAfter {@code ratelimit-reset}: until the next window, from 0 to a day
 * @param retryAfter {@code retry-after}, from 0 to a day
 */
public record RateLimit(
    @Nullable Long limit,
    @Nullable Long remaining,
    @Nullable Duration resetAfter,
    @Nullable Duration retryAfter) {
  private static final long MAX_SECONDS = 24 * 60 * 60;

  /** Larger values of {@code ratelimit-reset} are seconds since 1970, smaller ones from now. */
  private static final long FIRST_EPOCH_SECOND = 1_000_000_000;

  /** Reads what the headers of an answer, received now, say; what is malformed counts as unsaid. */
  public static RateLimit read(Headers headers, Instant now) {
    return new RateLimit(
        number(headers.get("ratelimit-limit")),
        number(headers.get("ratelimit-remaining")),
        reset(number(headers.get("ratelimit-reset")), now),
        retryAfter(headers.get("retry-after"), now));
  }

  /** How long to leave the host alone after it refused, if it said so in either way. */
  public @Nullable Duration pause() {
    if (retryAfter != null) {
      return retryAfter;
    }
    return remaining != null && remaining > 0 ? null : resetAfter;
  }

  private static @Nullable Duration retryAfter(@Nullable String value, Instant now) {
    Long seconds = number(value);
    if (seconds != null) {
      return bounded(seconds);
    }
    if (value == null) {
      return null;
    }
    try {
      Instant then =
          ZonedDateTime.parse(value.strip(), DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
      // Rounded up, so that asking again after it is not a moment too early.
      return bounded(Duration.between(now, then).plusNanos(999_999_999).toSeconds());
    } catch (DateTimeParseException e) {
      return null; // the host's slip: as if it had not said when
    }
  }

  private static @Nullable Duration reset(@Nullable Long value, Instant now) {
    if (value == null) {
      return null;
    }
    return bounded(value < FIRST_EPOCH_SECOND ? value : value - now.getEpochSecond());
  }

  private static Duration bounded(long seconds) {
    return Duration.ofSeconds(Math.clamp(seconds, 0, MAX_SECONDS));
  }

  private static @Nullable Long number(@Nullable String value) {
    if (value == null || !value.strip().matches("[0-9]{1,18}")) {
      return null;
    }
    return Long.valueOf(value.strip());
  }
}
