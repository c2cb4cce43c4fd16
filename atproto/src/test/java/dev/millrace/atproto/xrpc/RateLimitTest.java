package dev.millrace.atproto.xrpc;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import okhttp3.Headers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RateLimitTest {
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00.500Z");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "7|7",
        "0|0",
        " 12 |12",
        "Sun, 01 Mar 2026 12:00:30 GMT|30",
        "Sun, 01 Mar 2026 11:00:00 GMT|0",
        "Sun, 01 Mar 2099 12:00:00 GMT|86400",
        "99999999999|86400"
      })
  void shouldReadBothFormsOfRetryAfter(String value, long seconds) {
    assertThat(read("Retry-After", value).retryAfter()).isEqualTo(Duration.ofSeconds(seconds));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "soon", "-1", "1.5", "9999999999999999999999"})
  void shouldIgnoreARetryAfterThatSaysNothing(String value) {
    assertThat(read("Retry-After", value).retryAfter()).isNull();
  }

  @Test
  void shouldReadTheResetAsATimeOrAsSecondsFromNow() {
    assertThat(read("RateLimit-Reset", "" + (NOW.getEpochSecond() + 60)).resetAfter())
        .isEqualTo(Duration.ofSeconds(60));
    assertThat(read("ratelimit-reset", "45").resetAfter()).isEqualTo(Duration.ofSeconds(45));
    assertThat(read("ratelimit-reset", "" + (NOW.getEpochSecond() - 60)).resetAfter())
        .isEqualTo(Duration.ZERO);
  }

  @Test
  void shouldPauseUntilTheResetOnlyWhenNothingIsLeft() {
    assertThat(read("ratelimit-reset", "45", "ratelimit-remaining", "3").pause()).isNull();
    assertThat(read("ratelimit-reset", "45", "ratelimit-remaining", "0").pause())
        .isEqualTo(Duration.ofSeconds(45));
    assertThat(read("ratelimit-reset", "45", "retry-after", "5").pause())
        .isEqualTo(Duration.ofSeconds(5));
    assertThat(read("ratelimit-limit", "3000").limit()).isEqualTo(3000);
    assertThat(read("ratelimit-remaining", "12").remaining()).isEqualTo(12);
  }

  private static RateLimit read(String... namesAndValues) {
    return RateLimit.read(Headers.of(namesAndValues), NOW);
  }
}
