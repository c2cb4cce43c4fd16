package dev.millrace.schema.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CursorKeyTest {
  @Test
  void shouldKeepAPortInTheHost() {
    CursorKey key = new CursorKey(CursorKey.Stream.FIREHOSE, "127.0.0.1:2583");
    assertThat(key).hasToString("firehose:127.0.0.1:2583");
    assertThat(CursorKey.parse(key.toBytes())).isEqualTo(key);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "firehose", "firehose:", "likes:host", "Firehose:host"})
  void shouldRefuseWhatIsNoKey(String key) {
    assertThatThrownBy(() -> CursorKey.parse(key)).isInstanceOf(IllegalArgumentException.class);
  }
}
