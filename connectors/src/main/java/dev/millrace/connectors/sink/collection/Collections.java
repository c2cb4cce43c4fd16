package dev.millrace.connectors.sink.collection;

import dev.millrace.schema.event.RawJson;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jooq.Table;
import org.jspecify.annotations.Nullable;

/** The collections that have own tables, by NSID. Immutable. */
public final class Collections {
  private final Map<String, Collection> byNsid;

  Collections(List<Collection> collections) {
    byNsid =
        collections.stream()
            .collect(Collectors.toUnmodifiableMap(Collection::nsid, Function.identity()));
  }

  /** All that Millrace indexes. */
  public static Collections indexed() {
    return new Collections(
        List.of(
            new PostCollection(),
            Edge.like(),
            Edge.repost(),
            Edge.follow(),
            Edge.block(),
            new ProfileCollection()));
  }

  public boolean isIndexed(String nsid) {
    return byNsid.containsKey(nsid);
  }

  @Nullable Collection get(String nsid) {
    return byNsid.get(nsid);
  }

  Iterable<Collection> all() {
    return byNsid.values();
  }

  /** Every counter, with the main table that its rows are counted in. */
  public Map<Counter, Table<?>> counters() {
    return byNsid.values().stream()
        .flatMap(
            collection ->
                collection.counters().stream()
                    .map(counter -> Map.entry(counter, collection.tables().getFirst().table())))
        .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  /**
   * Reads a record once: checks that it can be stored, and makes its own rows. One of a collection
   * without own tables has none and is not parsed.
   *
   * @throws dev.millrace.atproto.BadDataException with {@link InvalidRecord#REASON}
   */
  public NewRecord read(
      String uri, String cid, String did, String collection, String rkey, RawJson json) {
    RecordJson.checkText(json);
    Collection known = byNsid.get(collection);
    List<OwnRow> rows =
        known == null
            ? List.of()
            : known.rows(new RecordSource(uri, cid, did, rkey, RecordJson.parse(json)));
    return new NewRecord(uri, cid, did, collection, json, rows);
  }
}
