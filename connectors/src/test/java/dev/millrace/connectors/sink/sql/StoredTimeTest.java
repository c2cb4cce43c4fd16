package dev.millrace.connectors.sink.sql;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StoredTimeTest {
  @ParameterizedTest
  @CsvSource({
    "2024-05-06T07:08:09.123Z, 2024-05-06T07:08:09.123Z",
    "2024-05-06T07:08:09Z, 2024-05-06T07:08:09.000Z",
    "2024-05-06T07:08:09.123987Z, 2024-05-06T07:08:09.123Z",
    "2024-05-06T07:08:09.1Z, 2024-05-06T07:08:09.100Z",
    "2024-05-06T07:08:09+02:00, 2024-05-06T05:08:09.000Z",
    "2024-05-06T07:08:09.5-00:30, 2024-05-06T07:38:09.500Z",
    "2024-05-06T07:08:09, 2024-05-06T07:08:09.000Z",
    "2024-05-06T07:08:09.999999999, 2024-05-06T07:08:09.999Z",
    "2024-05-06, 2024-05-06T00:00:00.000Z",
    "9999-12-31T23:59:59.999Z, 9999-12-31T23:59:59.999Z",
  })
  void shouldNormaliseToMillisecondsAndZ(String time, String stored) {
    assertThat(StoredTime.of(time)).isEqualTo(stored);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "yesterday",
        "2024-13-40T00:00:00Z",
        "0000-01-01T00:00:00.000Z",
        "0001-01-01T00:00:00Z",
        "-2024-01-01T00:00:00Z",
        "+292278994-08-17T07:12:55.807Z",
        "99999-01-01T00:00:00Z",
        "9999-12-31T23:59:59.999-23:00",
        "2024-05-06T07:08:09.123Z2024-05-06T07:08:09.123Z2024-05-06T07:08:09.123Z",
      })
  void shouldCallWhatIsNoMoment1970(String time) {
    assertThat(StoredTime.of(time)).isEqualTo(StoredTime.UNKNOWN);
  }

  @Test
  void shouldNotKeepMidnightAsHour24() {
    assertThat(StoredTime.of("2024-05-06T24:00:00.000Z")).isEqualTo("2024-05-07T00:00:00.000Z");
  }
}
