package dev.millrace.app.compare;

import dev.millrace.atproto.BadDataException;
import dev.millrace.atproto.cbor.JsonToCbor;
import dev.millrace.atproto.cid.Cid;
import java.nio.charset.StandardCharsets;

/**
 * A row of table {@code record}.
 *
 * @param json as it is stored
 */
record HeldRecord(String cid, String json) {
  /** Whether the content is that of the CID: it is encoded again, and hashed. */
  boolean isWhatItsCidSays() {
    try {
      byte[] block = JsonToCbor.encode(json.getBytes(StandardCharsets.UTF_8));
      return Cid.dagCbor(block).toString().equals(cid);
    } catch (BadDataException e) {
      return false;
    }
  }
}
