package dev.millrace.atproto.cbor;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What Jackson makes of the same bytes. */
class CborSecondOpinionTest {
  private static final long SEED = 20_260_101;
  private static final ObjectMapper JSON = JsonMapper.builder().build();

  @Test
  void shouldWriteTheJsonThatJacksonWrites() throws IOException {
    RandomValues values = new RandomValues(new Random(SEED));
    CborToJson cborToJson = new CborToJson();
    for (int i = 0; i < 3_000; i++) {
      Map<String, @Nullable Object> value = values.map(5);
      byte[] block = DagCbor.encode(value);
      byte[] json = cborToJson.convert(block);
      assertThat(JSON.readTree(json)).isEqualTo(JSON.readTree(JacksonTranscoder.convert(block)));
      assertThat(JsonToCbor.encode(json)).isEqualTo(block);
      assertThat(DagCbor.decode(block)).usingRecursiveComparison().isEqualTo(value);
    }
  }

  @Test
  void shouldWriteNulAsAnEscapeThatJsonAllows() {
    byte[] json = new CborToJson().convert(DagCbor.encode(Map.of("t", "a\0b\u001f")));
    assertThat(new String(json, java.nio.charset.StandardCharsets.UTF_8))
        .isEqualTo("{\"t\":\"a\\u0000b\\u001f\"}");
  }

  @Test
  void shouldConvertTextsOfEveryLengthWithAnEscapeAtEveryPlace() throws IOException {
    CborToJson cborToJson = new CborToJson();
    for (String special : new String[] {"", "\"", "\\", "\0", "\u001f", "é", "日", "😀"}) {
      for (int length = 0; length < 40; length++) {
        for (int place = 0; place <= length; place++) {
          String text = "x".repeat(place) + special + "y".repeat(length - place);
          byte[] json = cborToJson.convert(DagCbor.encode(text));
          assertThat(JSON.readValue(json, String.class)).isEqualTo(text);
        }
      }
    }
  }

  @Test
  void shouldGrowForTextsThatAreAllEscapes() throws IOException {
    String text = "\0".repeat(100_000);
    byte[] json = new CborToJson().convert(DagCbor.encode(text));
    assertThat(json).hasSize(600_002);
    assertThat(JSON.readValue(json, String.class)).isEqualTo(text);
  }
}
