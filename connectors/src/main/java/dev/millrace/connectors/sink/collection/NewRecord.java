package dev.millrace.connectors.sink.collection;

import dev.millrace.schema.event.RawJson;
import java.util.List;

/**
 * A record that is to be written: its row in {@code record} and the rows of its collection.
 *
 * @param collection NSID; may be one that has no own tables
 * @param rows its own rows, ready but for {@code indexedAt}
 */
public record NewRecord(
    String uri, String cid, String did, String collection, RawJson json, List<OwnRow> rows) {}
