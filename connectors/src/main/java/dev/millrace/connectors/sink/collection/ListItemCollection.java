package dev.millrace.connectors.sink.collection;

import static dev.millrace.schema.jooq.Tables.LIST_ITEM;

import dev.millrace.connectors.sink.queue.Derivations;
import java.util.List;

/**
 * {@code app.bsky.graph.listitem}: one row a list and subject, and only in lists of the creator's
 * own.
 */
final class ListItemCollection implements Collection {
  private static final OwnTable TABLE =
      new OwnTable(
          LIST_ITEM,
          LIST_ITEM.URI,
          LIST_ITEM.INDEXEDAT,
          List.of(
              LIST_ITEM.URI,
              LIST_ITEM.CID,
              LIST_ITEM.CREATOR,
              LIST_ITEM.SUBJECTDID,
              LIST_ITEM.LISTURI,
              LIST_ITEM.CREATEDAT,
              LIST_ITEM.INDEXEDAT));
  private static final UniqueKey UNIQUE =
      new UniqueKey(TABLE, LIST_ITEM.LISTURI, LIST_ITEM.SUBJECTDID);

  @Override
  public String nsid() {
    return "app.bsky.graph.listitem";
  }

  @Override
  public List<OwnTable> tables() {
    return List.of(TABLE);
  }

  @Override
  public UniqueKey uniqueKey() {
    return UNIQUE;
  }

  @Override
  public void keyChanged(String list, String subject, Derivations derivations) {
    derivations.listItem(list, subject);
  }

  @Override
  public List<OwnRow> rows(RecordSource record) {
    String list = record.text("list");
    if (!RecordSource.address(list).authority().value().equals(record.did())) {
      throw InvalidRecord.because("list is not the creator's own");
    }
    return List.of(
        TABLE.row(
            record.uri(),
            record.cid(),
            record.did(),
            record.text("subject"),
            list,
            record.time("createdAt"),
            OwnRow.INDEXED_AT));
  }
}
