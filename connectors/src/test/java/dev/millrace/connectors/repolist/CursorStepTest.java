package dev.millrace.connectors.repolist;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CursorStepTest {
  private static CursorStep of(String cursor) {
    return CursorStep.from(cursor).orElseThrow();
  }

  @Test
  void shouldCountAccountsFromTheBeginningOrANumber() {
    assertThat(CursorStep.from(null).orElseThrow().after(1)).isEqualTo("1");
    assertThat(of("850000").after(3)).isEqualTo("850003");
    assertThat(of("850000").isDense()).isTrue();
  }

  @Test
  void shouldCountMillisecondsOfATimeAndGoAfterAllOfOne() {
    assertThat(of("1700000000000::did:plc:abc").after(2)).isEqualTo("1700000000002::~");
    assertThat(of("1700000000000::did:plc:abc").isDense()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"page-20", "did:plc:abc", "-1", "1::", "12345678901234567890", "1.5"})
  void shouldDeriveNothingFromOtherText(String cursor) {
    assertThat(CursorStep.from(cursor)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "5, 5, true",
    "6, 5, true",
    "4, 5, false",
    "10, 9, true",
    "17::did:a, 16::did:z, true",
    "17::did:a, 17::~, false",
    "17::~, 17::~, true",
    "17::did:b, 17::did:a, true",
    "18::did:a, 17::~, true",
    "17, 17::~, false",
    "17, words, false",
  })
  void shouldKnowWhatItHasReached(String cursor, String other, boolean expected) {
    assertThat(of(cursor).hasReached(other)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({"5, 9, 4", "5, 5, 1", "17::did:a, 20::~, 3", "17::did:a, 20, 1", "5, words, 1"})
  void shouldMeasureTheDistance(String cursor, String later, long expected) {
    assertThat(of(cursor).distanceTo(later)).isEqualTo(expected);
  }
}
