package dev.millrace.atproto.syntax;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class DatetimeTest {

  @Test
  void shouldKnowTheMomentInUtc() {
    assertThat(Datetime.parse("1985-04-12T23:20:50.123-07:00").instant())
        .isEqualTo(Instant.parse("1985-04-13T06:20:50.123Z"));
    assertThat(Datetime.parse("1985-04-12T23:20:50.123456789012Z").instant())
        .isEqualTo(Instant.parse("1985-04-12T23:20:50.123456789Z"));
    assertThat(Datetime.parse("1985-04-12T23:20:50+01:45").instant())
        .isEqualTo(Instant.parse("1985-04-12T21:35:50Z"));
  }

  @Test
  void shouldRefuseDaysThatAreNotInTheCalendar() {
    assertThat(Datetime.isValid("2023-02-29T00:00:00Z")).isFalse();
    assertThat(Datetime.isValid("2024-02-29T00:00:00Z")).isTrue();
    assertThat(Datetime.isValid("2024-01-01T00:00:00+24:00")).isFalse();
  }
}
