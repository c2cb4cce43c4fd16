package dev.millrace.connectors.sink.collection;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.atproto.syntax.AtUri;
import dev.millrace.connectors.sink.sql.StoredText;
import dev.millrace.connectors.sink.sql.StoredTime;
import dev.millrace.schema.event.RawJson;
import java.util.ArrayList;
import java.util.List;
import org.jooq.JSONB;
import org.jspecify.annotations.Nullable;

/**
 * A record to make rows of. Paths are field names from the record down; what is there but has
 * another type counts as absent where it may be absent, and as invalid where it must be there.
 */
public record RecordSource(String uri, String cid, String did, String rkey, JsonNode json) {
  /** One that table {@code record} holds. */
  public static RecordSource stored(String uri, String cid, String did, String json) {
    String rkey = uri.substring(uri.lastIndexOf('/') + 1);
    return new RecordSource(uri, cid, did, rkey, RecordJson.parse(RawJson.of(json)));
  }

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

  /** An address that a record names, without the place within the record that may follow it. */
  static AtUri address(String uri) {
    int hash = uri.indexOf('#');
    String address = hash < 0 ? uri : uri.substring(0, hash);
    if (!AtUri.isValid(address)) {
      throw InvalidRecord.because("no at-uri: " + uri);
    }
    return AtUri.parse(address);
  }

  /** The CID of a blob that must be there. */
  public String blob(String... path) {
    String cid = blobOrNull(path);
    if (cid == null) {
      throw InvalidRecord.because(String.join(".", path) + " is not a blob");
    }
    return cid;
  }

  /**
   * The CID of a blob, in today's form or the first one ({@code {cid, mimeType}}). The AppView lets
   * no record with the first one in, but one stored before records were checked may have it.
   */
  public @Nullable String blobOrNull(String... path) {
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

  /** What is there as JSON; null if nothing is. */
  public @Nullable String jsonOrNull(String... path) {
    JsonNode node = at(path);
    return node == null ? null : StoredText.of(node.toString());
  }

  /** A part of the record; null if there is no object. */
  public @Nullable RecordSource within(String... path) {
    JsonNode part = at(path);
    return part != null && part.isObject() ? new RecordSource(uri, cid, did, rkey, part) : null;
  }

  /** The members of an array, each as a part; empty if there is none. */
  public List<RecordSource> members(String... path) {
    JsonNode array = at(path);
    List<RecordSource> members = new ArrayList<>();
    if (array != null && array.isArray()) {
      array.forEach(member -> members.add(new RecordSource(uri, cid, did, rkey, member)));
    }
    return members;
  }

  /** The NSID of a part of a union; empty if it says none. */
  public String type() {
    String type = textOrNull("$type");
    return type == null ? "" : type;
  }

  private @Nullable JsonNode at(String... path) {
    JsonNode node = json;
    for (String name : path) {
      node = node == null ? null : node.get(name);
    }
    return node;
  }
}
