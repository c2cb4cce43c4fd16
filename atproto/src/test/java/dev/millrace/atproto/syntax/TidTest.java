package dev.millrace.atproto.syntax;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class TidTest {

  @Test
  void shouldHoldTimeAndClock() {
    Tid tid = Tid.of(1_700_000_000_123_456L, 1023);
    assertThat(tid.micros()).isEqualTo(1_700_000_000_123_456L);
    assertThat(tid.clockId()).isEqualTo(1023);
    assertThat(Tid.parse(tid.toString())).isEqualTo(tid);
  }

  @Test
  void shouldReadTheTimeOfAKnownTid() {
    assertThat(Tid.parse("3jzfcijpj2z2a").micros()).isEqualTo(1688137381887007L);
    assertThat(Tid.of(0, 0)).hasToString("2222222222222");
    assertThat(Tid.of((1L << 53) - 1, 1023)).hasToString("bzzzzzzzzzzzz");
  }

  @Test
  void shouldSortAsTextByTimeThenClock() {
    assertThat(Tid.of(1000, 1023)).isLessThan(Tid.of(1001, 0));
    assertThat(Tid.of(1000, 1)).isLessThan(Tid.of(1000, 2));
    assertThat(Tid.of((1L << 53) - 2, 5)).isLessThan(Tid.of((1L << 53) - 1, 0));
  }

  @Test
  void shouldRefuseNumbersThatDoNotFit() {
    assertThatThrownBy(() -> Tid.of(-1, 0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Tid.of(1L << 53, 0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Tid.of(0, 1024)).isInstanceOf(IllegalArgumentException.class);
  }
}
