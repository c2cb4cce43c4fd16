package dev.millrace.connectors.sink.collection;

import dev.millrace.schema.event.RawJson;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The collections that the AppView knows, by NSID. Immutable. */
public final class Collections {
  /** What the AppView reads from {@code record} itself. */
  private static final Set<String> RECORD_ONLY =
      Set.of(
          "app.bsky.actor.status",
          "app.bsky.notification.declaration",
          "chat.bsky.actor.declaration",
          "com.germnetwork.declaration");

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
  public boolean isKnown(String nsid) {
    return byNsid.containsKey(nsid) || RECORD_ONLY.contains(nsid);
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
