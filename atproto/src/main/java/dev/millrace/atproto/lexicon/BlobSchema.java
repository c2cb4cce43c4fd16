package dev.millrace.atproto.lexicon;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.atproto.cid.Cid;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The mention of a blob: {@code {"$type": "blob", "ref": link, "mimeType": text, "size": integer}}
 * and nothing else. The link is to a raw block. The first form of blobs, {@code {cid, mimeType}},
 * is refused.
 *
 * @param accept media types, such as {@code image/png}, {@code image/*} and {@code *}{@code /*};
 *     empty for any
 * @param maxSize in bytes
 */
record BlobSchema(List<String> accept, long maxSize) implements Schema {
  private static final String ANY = "*/*";

  BlobSchema {
    accept = List.copyOf(accept);
  }

  @Override
  public @Nullable Problem check(JsonNode value) {
    JsonNode type = value.get("$type");
    if (type == null || !type.isTextual() || !type.textValue().equals("blob")) {
      return type == null && value.has("cid")
          ? Problem.of("a blob in its first form, {cid, mimeType}")
          : Problem.expected("a blob");
    }
    JsonNode ref = value.get("ref");
    JsonNode mimeType = value.get("mimeType");
    JsonNode size = value.get("size");
    if (ref == null || mimeType == null || size == null || value.size() != 4) {
      return Problem.of("a blob has just ref, mimeType and size");
    }
    Cid link = DataModel.link(ref);
    if (link == null || link.codec() != Cid.RAW) {
      return Problem.of("a link to a raw block expected").inField("ref");
    }
    if (!DataModel.isInteger(size) || size.longValue() < 0) {
      return Problem.of("not a size").inField("size");
    }
    if (size.longValue() > maxSize) {
      return Problem.of(size.longValue() + " is more than " + maxSize).inField("size");
    }
    if (!mimeType.isTextual() || !accepts(mimeType.textValue())) {
      return Problem.of("not one of " + accept).inField("mimeType");
    }
    return null;
  }

  private boolean accepts(String mimeType) {
    if (mimeType.indexOf('/') < 0) {
      return false;
    }
    if (accept.isEmpty()) {
      return true;
    }
    for (String accepted : accept) {
      if (accepted.equals(mimeType)
          || accepted.equals(ANY)
          || (accepted.endsWith("/*")
              && mimeType.startsWith(accepted.substring(0, accepted.length() - 1)))) {
        return true;
      }
    }
    return false;
  }
}
