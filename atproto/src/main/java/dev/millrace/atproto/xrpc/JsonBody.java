package dev.millrace.atproto.xrpc;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.millrace.atproto.BadDataException;
import java.io.IOException;

/** What a host answers in JSON. */
public final class JsonBody {
  private static final ObjectReader JSON =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build().reader();

  private JsonBody() {}

  /**
   * Reads a whole body.
   *
   * @throws BadDataException reason "json": not JSON, or nothing at all
   */
  public static JsonNode read(byte[] body, String host) {
    JsonNode tree;
    try {
      tree = JSON.readTree(body);
    } catch (JsonProcessingException e) {
      throw new BadDataException(
          "json", "not JSON from " + host + ": " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      // Bytes that pass for UTF-32 and are not: the reader's own exception for that is none of the
      // parser's.
      throw new BadDataException("json", "not JSON from " + host + ": " + e.getMessage(), e);
    }
    if (tree.isMissingNode()) {
      throw new BadDataException("json", "an empty body from " + host);
    }
    return tree;
  }
}
