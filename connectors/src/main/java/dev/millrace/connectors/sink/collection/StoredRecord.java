package dev.millrace.connectors.sink.collection;

import dev.millrace.atproto.BadDataException;
import dev.millrace.schema.event.RawJson;

/** A record read back from table {@code record}, where only readable ones are kept. */
final class StoredRecord {
  private StoredRecord() {}

  static NewRecord read(Collection collection, String uri, String cid, String did, String json) {
    try {
      return new NewRecord(
          uri,
          cid,
          did,
          collection.nsid(),
          RawJson.of(json),
          collection.rows(RecordSource.stored(uri, cid, did, json)));
    } catch (BadDataException e) {
      throw new IllegalStateException("table record holds what has no row: " + uri, e);
    }
  }
}
