package dev.millrace.app.config;

import dev.millrace.connectors.sink.collection.NotificationAge;
import java.time.Clock;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Of what people are told. */
public final class NotificationOptions {
  @Env("INDEXER_NOTIFICATION_MAX_AGE_DAYS")
  @Limits(min = 1, max = 100_000)
  @Option(
      names = "--notification-max-age-days",
      paramLabel = "N",
      description = {
        "Records that are older write no notification, so that a backfill of years tells nobody of",
        "what is long past; those that are there stay. Default: records of any age do."
      })
  private @Nullable Integer maxAgeDays;

  public NotificationAge age() {
    return maxAgeDays == null
        ? NotificationAge.any()
        : new NotificationAge(Duration.ofDays(maxAgeDays), Clock.systemUTC());
  }
}
