package dev.millrace.connectors.sink.collection;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.connectors.sink.sql.StoredText;
import dev.millrace.connectors.sink.sql.StoredTime;
import org.jooq.JSONB;
import org.jspecify.annotations.Nullable;

/**
 * A record to make rows of. Paths are field names from the record down; what is there but has
 * another type counts as absent where it may be absent, and as invalid where it must be there.
 */
public record RecordSource(String uri, String cid, String did, String rkey, JsonNode json) {

  /** A text that must be there. */
  public String text(String... path) {
    String text = textOrNull(path);
    if (text == null) {
      throw InvalidRecord.because(String.join(".", path) + " is not a text");
    }
    return text;
  }

  public @Nullable String textOrNull(String... path) {
    JsonNode node = at(path);
    return node != null && node.isTextual() ? StoredText.of(node.textValue()) : null;
  }

  /** A moment that must be there as a text; one that cannot be read is 1970. */
  public String time(String... path) {
    return StoredTime.of(text(path));
  }

  /** The CID of a blob, in today's form or the first one ({@code {cid, mimeType}}). */
  public @Nullable String blob(String... path) {
    JsonNode blob = at(path);
    if (blob == null) {
      return null;
    }
    JsonNode link = blob.path("ref").path("$link");
    JsonNode cid = link.isTextual() ? link : blob.path("cid");
    return cid.isTextual() ? StoredText.of(cid.textValue()) : null;
  }

  /** An array of texts as JSON, other members left out; null if there is none, or nothing in it. */
  public @Nullable JSONB texts(String... path) {
    JsonNode array = at(path);
    if (array == null || !array.isArray()) {
      return null;
    }
    var texts = RecordJson.newArray();
    for (JsonNode member : array) {
      if (member.isTextual()) {
        // jsonb refuses an escaped NUL as well.
        texts.add(StoredText.of(member.textValue()));
      }
    }
    return texts.isEmpty() ? null : JSONB.valueOf(texts.toString());
  }

  private @Nullable JsonNode at(String... path) {
    JsonNode node = json;
    for (String name : path) {
      node = node == null ? null : node.get(name);
    }
    return node;
  }
}
