package dev.millrace.connectors.sink.collection;

import java.util.List;
import org.jooq.Table;
import org.jooq.TableField;
import org.jspecify.annotations.Nullable;

/**
 * A table of a collection's own rows.
 *
 * @param uri the column that holds the URI of the record a row is made of
 * @param indexedAt the column that holds the record's indexedAt, if there is one
 * @param columns all that are written, in the order of {@link OwnRow}'s values
 */
public record OwnTable(
    Table<?> table,
    TableField<?, String> uri,
    @Nullable TableField<?, String> indexedAt,
    List<TableField<?, ?>> columns) {

  public OwnTable {
    columns = List.copyOf(columns);
    if (!columns.contains(uri) || (indexedAt != null && !columns.contains(indexedAt))) {
      throw new IllegalArgumentException("columns of " + table + " lack uri or indexedAt");
    }
  }

  /** A row, its values in the order of the columns. */
  public OwnRow row(@Nullable Object... values) {
    return new OwnRow(this, values);
  }

  int indexOf(TableField<?, ?> column) {
    int index = columns.indexOf(column);
    if (index < 0) {
      throw new IllegalArgumentException(column + " is not written");
    }
    return index;
  }
}
