package dev.millrace.atproto.cbor;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.atproto.BadDataException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonToCborTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "[]",
        "null",
        "{} {}",
        "{\"a\":1,\"a\":2}",
        "{\"a\":1.5}",
        "{\"a\":1e400}",
        "{\"a\":1e999999999}",
        "{\"a\":9223372036854775808}",
        "{\"a\":-9223372036854775809}",
        "{\"a\":NaN}",
        "{\"a\":{\"$bytes\":\"not base64!\"}}",
        "{\"a\":{\"$link\":\"bafy\"}}",
        "{\"a\":\"\\ud800\"}",
        "{\"\\udfff\":1}",
        "{\"$link\":\"bafyreidfayvfuwqa7qlnopdjiqrxzs6blmoeu4rujcjtnci5beludirz2a\"}",
      })
  void shouldRefuse(String json) {
    assertThatThrownBy(() -> JsonToCbor.encode(json.getBytes(UTF_8)))
        .isInstanceOf(BadDataException.class);
  }

  @Test
  void shouldRefuseContainersThatTheReaderWouldRefuse() {
    String json = "{\"a\":" + "[".repeat(500) + "]".repeat(500) + "}";
    assertThatThrownBy(() -> JsonToCbor.encode(json.getBytes(UTF_8)))
        .isInstanceOf(BadDataException.class);
  }

  @Test
  void shouldReadIntegersHoweverTheyAreWritten() {
    assertThat(JsonToCbor.decode("{\"a\":[1.0,1e3,-0,9223372036854775807]}".getBytes(UTF_8)))
        .containsEntry("a", List.of(1L, 1000L, 0L, Long.MAX_VALUE));
  }

  @Test
  void shouldReadBytesWithAndWithoutPadding() {
    assertThat(JsonToCbor.encode("{\"a\":{\"$bytes\":\"AQ==\"}}".getBytes(UTF_8)))
        .isEqualTo(JsonToCbor.encode("{\"a\":{\"$bytes\":\"AQ\"}}".getBytes(UTF_8)));
  }
}
