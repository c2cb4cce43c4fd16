package dev.millrace.connectors.sink.collection;

import static dev.millrace.schema.jooq.Tables.DUPLICATE_RECORD;
import static dev.millrace.schema.jooq.Tables.RECORD;
import static org.jooq.impl.DSL.any;

import dev.millrace.atproto.BadDataException;
import dev.millrace.connectors.sink.collection.OwnChanges.Fresh;
import dev.millrace.connectors.sink.sql.ArrayRows;
import dev.millrace.connectors.sink.sql.StoredText;
import dev.millrace.schema.event.RawJson;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.JSONB;
import org.jooq.Record5;
import org.jooq.TableField;
import org.jspecify.annotations.Nullable;

/**
 * The collections' own rows against table {@code record}, which they are made of. All as of the
 * transaction that it reads in.
 */
public final class OwnRowsCheck {
  /** A row that is not as it must be. */
  public record Wrong(String uri, String table, String what) {
    /** Whether it is the record itself, of which no rows can be made. */
    public boolean isUnreadable() {
      return table.equals(RECORD.getName());
    }

    @Override
    public String toString() {
      return uri + " in " + table + ": " + what;
    }
  }

  private static final int PAGE = 1_000;

  private final Collections collections;
  private final DSLContext sql;

  public OwnRowsCheck(Collections collections, DSLContext sql) {
    this.collections = collections;
    this.sql = sql;
  }

  /**
   * All records, some at a time, in the order of their URIs.
   *
   * @param looked is told how many they were
   */
  public void all(Consumer<List<Wrong>> found, IntConsumer looked) {
    var page = rows(RECORD.URI.gt(""), PAGE);
    while (!page.isEmpty()) {
      List<Wrong> wrong = new ArrayList<>();
      check(byCollection(page, wrong), wrong);
      found.accept(wrong);
      looked.accept(page.size());
      page = rows(RECORD.URI.gt(page.getLast().value1()), PAGE);
    }
  }

  /** These records. */
  public List<Wrong> of(java.util.Collection<String> uris) {
    List<Wrong> wrong = new ArrayList<>();
    check(load(uris, wrong), wrong);
    return wrong;
  }

  /** These records, by collection; only those that have rows of their own. */
  Map<String, List<Fresh>> load(java.util.Collection<String> uris, List<Wrong> unreadable) {
    return byCollection(
        rows(RECORD.URI.eq(any(uris.toArray(String[]::new))), Math.max(1, uris.size())),
        unreadable);
  }

  private List<Record5<String, String, String, String, String>> rows(Condition which, int limit) {
    return sql.select(RECORD.URI, RECORD.CID, RECORD.DID, RECORD.JSON, RECORD.INDEXEDAT)
        .from(RECORD)
        .where(which)
        .orderBy(RECORD.URI)
        .limit(limit)
        .fetch();
  }

  private Map<String, List<Fresh>> byCollection(
      List<Record5<String, String, String, String, String>> rows, List<Wrong> unreadable) {
    Map<String, List<Fresh>> records = new TreeMap<>();
    for (var row : rows) {
      String nsid = row.value1().split("/", 5)[3];
      Collection collection = collections.get(nsid);
      if (collection != null) {
        try {
          NewRecord record =
              StoredRecord.read(collection, row.value1(), row.value2(), row.value3(), row.value4());
          records
              .computeIfAbsent(nsid, n -> new ArrayList<>())
              .add(new Fresh(record, row.value5()));
        } catch (BadDataException e) {
          unreadable.add(
              new Wrong(
                  row.value1(), RECORD.getName(), "no rows can be made of it: " + e.getMessage()));
        }
      }
    }
    return records;
  }

  private void check(Map<String, List<Fresh>> records, List<Wrong> wrong) {
    records.forEach((nsid, fresh) -> check(collection(nsid), fresh, wrong));
  }

  private Collection collection(String nsid) {
    Collection collection = collections.get(nsid);
    if (collection == null) {
      throw new IllegalArgumentException("no rows of its own: " + nsid);
    }
    return collection;
  }

  private void check(Collection collection, List<Fresh> records, List<Wrong> wrong) {
    String[] uris = records.stream().map(fresh -> fresh.record().uri()).toArray(String[]::new);
    UniqueKey unique = collection.uniqueKey();
    Set<String> waiting = unique == null ? Set.of() : waiting(unique, records, uris, wrong);
    for (OwnTable table : collection.tables()) {
      boolean isOfHolder = unique != null && unique.tables().contains(table);
      Map<String, List<List<@Nullable Object>>> expected = new HashMap<>();
      for (Fresh record : records) {
        if (!isOfHolder || !waiting.contains(record.record().uri())) {
          for (OwnRow row : record.record().rows()) {
            if (row.table().equals(table)) {
              expected
                  .computeIfAbsent(record.record().uri(), u -> new ArrayList<>())
                  .add(normal(row.written(record.indexedAt())));
            }
          }
        }
      }
      if (table.equals(Notifications.TABLE)) {
        retainDue(expected);
      }
      compare(table, expected, held(table, uris), wrong);
    }
  }

  private void retainDue(Map<String, List<List<@Nullable Object>>> notifications) {
    List<Notification> all =
        notifications.values().stream()
            .flatMap(List::stream)
            .map(row -> Notification.of(row.toArray()))
            .toList();
    Set<List<@Nullable Object>> due = new HashSet<>();
    Notifications.due(all, sql).forEach(one -> due.add(Arrays.asList(one.row())));
    notifications.values().forEach(told -> told.retainAll(due));
  }

  private void compare(
      OwnTable table,
      Map<String, List<List<@Nullable Object>>> expected,
      Map<String, List<List<@Nullable Object>>> held,
      List<Wrong> wrong) {
    String name = table.table().getName();
    Map<List<@Nullable Object>, String> missing = new LinkedHashMap<>();
    expected.forEach(
        (uri, rows) -> {
          List<List<@Nullable Object>> there = held.getOrDefault(uri, new ArrayList<>());
          for (List<@Nullable Object> row : rows) {
            if (!there.remove(row)) {
              missing.put(row, uri);
            }
          }
        });
    Set<List<@Nullable Object>> wanted = new HashSet<>(missing.keySet());
    if (table.equals(Notifications.TABLE)) {
      wanted.clear();
      Notifications.wanted(
              missing.keySet().stream().map(row -> Notification.of(row.toArray())).toList(),
              collections.notificationAge(),
              sql)
          .forEach(one -> wanted.add(Arrays.asList(one.row())));
    }
    missing.forEach(
        (row, uri) -> {
          if (wanted.contains(row)) {
            wrong.add(new Wrong(uri, name, "lacks " + row));
          }
        });
    held.forEach((uri, rows) -> rows.forEach(row -> wrong.add(new Wrong(uri, name, "has " + row))));
  }

  private Map<String, List<List<@Nullable Object>>> held(OwnTable table, String... uris) {
    Map<String, List<List<@Nullable Object>>> held = new HashMap<>();
    int uri = table.indexOf(table.uri());
    sql.select(table.columns())
        .from(table.table())
        .where(table.uri().eq(any(uris)))
        .forEach(
            row ->
                held.computeIfAbsent(String.valueOf(row.get(uri)), u -> new ArrayList<>())
                    .add(normal(row.intoArray())));
    return held;
  }

  /** Which of these wait for another record with their key, whose duplicate rows are checked. */
  private Set<String> waiting(
      UniqueKey unique, List<Fresh> records, String[] uris, List<Wrong> wrong) {
    Map<List<String>, String> holders = holders(unique, records);
    Map<String, String> duplicates = new HashMap<>();
    sql.select(DUPLICATE_RECORD.URI, DUPLICATE_RECORD.DUPLICATEOF)
        .from(DUPLICATE_RECORD)
        .where(DUPLICATE_RECORD.URI.eq(any(uris)))
        .forEach(row -> duplicates.put(row.value1(), row.value2()));
    Set<String> waiting = new HashSet<>();
    for (Fresh record : records) {
      String uri = record.record().uri();
      String holder = holders.get(key(unique, record));
      String duplicateOf = duplicates.get(uri);
      boolean isWaiting = holder != null && holder.compareTo(uri) < 0;
      if (isWaiting) {
        waiting.add(uri);
      }
      String expected = isWaiting ? holder : null;
      if (expected == null ? duplicateOf != null : !expected.equals(duplicateOf)) {
        wrong.add(
            new Wrong(
                uri,
                DUPLICATE_RECORD.getName(),
                "is a duplicate of %s, not %s".formatted(duplicateOf, expected)));
      }
    }
    return waiting;
  }

  private Map<List<String>, String> holders(UniqueKey unique, List<Fresh> records) {
    ArrayRows keys = new ArrayRows(unique.creator(), unique.subject());
    Set<List<String>> asked = new HashSet<>();
    for (Fresh record : records) {
      List<String> key = key(unique, record);
      if (asked.add(key)) {
        keys.add(key.get(0), key.get(1));
      }
    }
    Map<List<String>, String> holders = new HashMap<>();
    TableField<?, String> uri = unique.table().uri();
    sql.select(uri, unique.creator(), unique.subject())
        .from(unique.table().table())
        .join(keys.table())
        .on(unique.creator().eq(keys.column(unique.creator())))
        .and(unique.subject().eq(keys.column(unique.subject())))
        .forEach(row -> holders.put(List.of(row.value2(), row.value3()), row.value1()));
    return holders;
  }

  private static List<String> key(UniqueKey unique, Fresh record) {
    OwnTable table = unique.table();
    OwnRow row =
        record.record().rows().stream()
            .filter(own -> own.table().equals(table))
            .findAny()
            .orElseThrow();
    return List.of(
        StoredText.of(row.text(table.indexOf(unique.creator()))),
        StoredText.of(row.text(table.indexOf(unique.subject()))));
  }

  /** As both sides have it: texts as they are stored, JSON by what it says. */
  private static List<@Nullable Object> normal(@Nullable Object... values) {
    List<@Nullable Object> normal = new ArrayList<>();
    for (Object value : values) {
      if (value instanceof String text) {
        normal.add(StoredText.of(text));
      } else if (value instanceof JSONB json) {
        normal.add(RecordJson.parse(RawJson.of(json.data())));
      } else {
        normal.add(value);
      }
    }
    return normal;
  }
}
