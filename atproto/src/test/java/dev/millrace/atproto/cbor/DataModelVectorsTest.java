package dev.millrace.atproto.cbor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.atproto.BadDataException;
import dev.millrace.atproto.SharedFixtures;
import dev.millrace.atproto.cid.Cid;
import java.io.IOException;
import java.util.Base64;
import org.junit.jupiter.api.Test;

/** The protocol's own vectors of the data model. */
class DataModelVectorsTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @Test
  void shouldTurnJsonIntoTheExpectedBlockAndBack() throws IOException {
    for (JsonNode vector : vectors("data-model-fixtures.json")) {
      byte[] block = JsonToCbor.encode(JSON.writeValueAsBytes(vector.get("json")));
      assertThat(block).isEqualTo(Base64.getDecoder().decode(vector.get("cbor_base64").asText()));
      assertThat(Cid.dagCbor(block)).hasToString(vector.get("cid").asText());
      assertThat(DagCbor.encode(DagCbor.decode(block))).isEqualTo(block);
      assertThat(JSON.readTree(new CborToJson().convert(block))).isEqualTo(vector.get("json"));
    }
  }

  @Test
  void shouldAcceptEveryValidVector() throws IOException {
    for (JsonNode vector : vectors("data-model-valid.json")) {
      byte[] block = JsonToCbor.encode(JSON.writeValueAsBytes(vector.get("json")));
      String expected = vector.get("json").toString().replace("123.0", "123");
      assertThat(JSON.readTree(new CborToJson().convert(block)))
          .as(vector.get("note").asText())
          .isEqualTo(JSON.readTree(expected));
    }
  }

  @Test
  void shouldRefuseEveryInvalidVector() throws IOException {
    for (JsonNode vector : vectors("data-model-invalid.json")) {
      byte[] json = JSON.writeValueAsBytes(vector.get("json"));
      assertThatThrownBy(() -> JsonToCbor.encode(json))
          .as(vector.get("note").asText())
          .isInstanceOf(BadDataException.class);
    }
  }

  private static JsonNode vectors(String file) throws IOException {
    JsonNode vectors = JSON.readTree(SharedFixtures.path("interop/data-model/" + file).toFile());
    assertThat(vectors).isNotEmpty();
    return vectors;
  }
}
