package dev.millrace.connectors.sink.collection;

import dev.millrace.connectors.sink.sql.StoredTime;
import java.time.Clock;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How old a record may be for anyone to be told of it. One that is older gets no new notification;
 * what was told stays.
 *
 * @param limit null for any age
 */
public record NotificationAge(@Nullable Duration limit, Clock clock) {
  public static NotificationAge any() {
    return new NotificationAge(null, Clock.systemUTC());
  }

  /** Whether what is of this time, as stored, may be told now. */
  public boolean admits(String sortAt) {
    return limit == null || sortAt.compareTo(StoredTime.of(clock.instant().minus(limit))) >= 0;
  }
}
