package dev.millrace.simulator.world;

import dev.millrace.atproto.cbor.DagCbor;
import dev.millrace.atproto.cid.Cid;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A change of one record.
 *
 * @param block the record, or null to delete it
 * @param cid the block's
 */
@SuppressWarnings("ArrayRecordComponent") // on its way into one repo, never compared
record Write(String path, byte @Nullable [] block, @Nullable Cid cid) {
  static Write put(String path, byte[] block) {
    return new Write(path, block, Cid.dagCbor(block));
  }

  static Write put(String collection, String rkey, Map<String, Object> record) {
    return put(collection + "/" + rkey, DagCbor.encode(record));
  }

  static Write delete(String path) {
    return new Write(path, null, null);
  }

  Cid requireCid() {
    if (cid == null) {
      throw new IllegalStateException(path + " is deleted");
    }
    return cid;
  }
}
