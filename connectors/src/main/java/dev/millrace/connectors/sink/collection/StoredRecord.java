package dev.millrace.connectors.sink.collection;

import dev.millrace.atproto.BadDataException;
import dev.millrace.schema.event.RawJson;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A record read back from table {@code record}, where only readable ones are kept: what cannot be
 * read was put there by another version, whose rules were others.
 */
final class StoredRecord {
  private static final Logger log = LoggerFactory.getLogger(StoredRecord.class);

  private StoredRecord() {}

  /**
   * Makes its rows.
   *
   * @throws BadDataException if it has none
   */
  static NewRecord read(Collection collection, String uri, String cid, String did, String json) {
    return new NewRecord(
        uri,
        cid,
        did,
        collection.nsid(),
        RawJson.of(json),
        collection.rows(RecordSource.stored(uri, cid, did, json)));
  }

  /** Null if it has no rows: nothing waits for it then, and a verification names it. */
  static @Nullable NewRecord readOrNull(
      Collection collection, String uri, String cid, String did, String json) {
    try {
      return read(collection, uri, cid, did, json);
    } catch (BadDataException e) {
      log.warn("{} is kept and has no rows: {}", uri, e.getMessage());
      return null;
    }
  }
}
