package dev.millrace.connectors.sink.collection;

import dev.millrace.atproto.BadDataException;
import dev.millrace.schema.event.RawJson;

/** A record read back from table {@code record}, where only readable ones are kept. */
final class StoredRecord {
  private StoredRecord() {}

  static NewRecord read(Collection collection, String uri, String cid, String did, String json) {
    RawJson raw = RawJson.of(json);
    String rkey = uri.substring(uri.lastIndexOf('/') + 1);
    try {
      return new NewRecord(
          uri,
          cid,
          did,
          collection.nsid(),
          raw,
          collection.rows(new RecordSource(uri, cid, did, rkey, RecordJson.parse(raw))));
    } catch (BadDataException e) {
      throw new IllegalStateException("table record holds what has no row: " + uri, e);
    }
  }
}
