package dev.millrace.connectors.sink.collection;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.atproto.lexicon.RecordValidator;
import dev.millrace.schema.event.RawJson;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The collections that the AppView knows, by NSID. Immutable. */
public final class Collections {
  private static final RecordValidator VALIDATOR = RecordValidator.bundled();

  private final Map<String, Collection> byNsid;
  private final NotificationAge notificationAge;

  Collections(List<Collection> collections, NotificationAge notificationAge) {
    this.notificationAge = notificationAge;
    byNsid =
        collections.stream()
            .collect(Collectors.toUnmodifiableMap(Collection::nsid, Function.identity()));
  }

  /** All that Millrace indexes. */
  public static Collections indexed() {
    return indexed(NotificationAge.any());
  }

  /** All, but nobody is told of what is too old. */
  public static Collections indexed(NotificationAge notificationAge) {
    return new Collections(
        List.of(
            new PostCollection(),
            Edge.like(),
            Edge.repost(),
            Edge.follow(),
            Edge.block(),
            Edge.listBlock(),
            new ListItemCollection(),
            new VerificationCollection(),
            new ProfileCollection(),
            new ListCollection(),
            new StarterPackCollection(),
            new FeedGeneratorCollection(),
            new LabelerCollection(),
            GateCollection.ofThreads(),
            GateCollection.ofPosts()),
        notificationAge);
  }

  /** Whether the AppView reads records of it, from own tables or from {@code record}. */
  public static boolean isKnown(String nsid) {
    return VALIDATOR.collections().contains(nsid);
  }

  @Nullable Collection get(String nsid) {
    return byNsid.get(nsid);
  }

  Iterable<Collection> all() {
    return byNsid.values();
  }

  public NotificationAge notificationAge() {
    return notificationAge;
  }

  /** Every counter. */
  public List<Counter> counters() {
    return byNsid.values().stream().flatMap(collection -> collection.counters().stream()).toList();
  }

  /**
   * Reads a record once: checks that it can be stored, and that it is what its lexicon says if the
   * AppView would ask, and makes its own rows. One of a collection that is not known has none and
   * is not parsed.
   *
   * @throws dev.millrace.atproto.BadDataException with {@link RecordValidator#REASON}
   */
  public NewRecord read(
      String uri, String cid, String did, String collection, String rkey, RawJson json) {
    RecordJson.checkText(json);
    List<OwnRow> rows =
        isKnown(collection) ? rows(collection, uri, cid, did, rkey, json) : List.of();
    return new NewRecord(uri, cid, did, collection, json, rows);
  }

  private List<OwnRow> rows(
      String collection, String uri, String cid, String did, String rkey, RawJson json) {
    JsonNode record = RecordJson.parse(json);
    VALIDATOR
        .check(collection, record)
        .ifPresent(
            problem -> {
              throw problem;
            });
    Collection own = byNsid.get(collection);
    return own == null ? List.of() : own.rows(new RecordSource(uri, cid, did, rkey, record));
  }
}
