package dev.millrace.app.appview;

import dev.millrace.app.appview.Contents.Row;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A row that only one side has, or that differs.
 *
 * @param appview null if the AppView has none
 * @param millrace null if Millrace has none
 */
record Difference(String table, String key, @Nullable Row appview, @Nullable Row millrace) {
  /** Millrace has none. */
  boolean isMissing() {
    return millrace == null;
  }

  /** The AppView has none. */
  boolean isAdditional() {
    return appview == null;
  }

  /** The AppView's columns whose values differ; all of a row that only one side has. */
  Set<String> columns() {
    Set<String> columns = new TreeSet<>(row().values().keySet());
    if (appview != null && millrace != null) {
      columns.removeIf(column -> Objects.equals(appview.get(column), millrace.get(column)));
    }
    return columns;
  }

  /** The AppView's row, else Millrace's. */
  Row row() {
    return Objects.requireNonNull(appview == null ? millrace : appview);
  }

  /** "null" for null. */
  String text(String column) {
    return String.valueOf(row().get(column));
  }

  /** What the AppView has; "null" for null. */
  String appview(String column) {
    return String.valueOf(Objects.requireNonNull(appview).get(column));
  }

  /** What Millrace has; "null" for null. */
  String millrace(String column) {
    return String.valueOf(Objects.requireNonNull(millrace).get(column));
  }

  @Override
  public String toString() {
    if (isMissing() || isAdditional()) {
      return (isMissing() ? "only the AppView: " : "only Millrace: ") + row().values();
    }
    Map<String, String> values = new TreeMap<>();
    columns().forEach(column -> values.put(column, appview(column) + " | " + millrace(column)));
    return key + " AppView | Millrace: " + values;
  }
}
