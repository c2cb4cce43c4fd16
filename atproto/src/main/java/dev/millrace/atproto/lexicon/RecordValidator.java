package dev.millrace.atproto.lexicon;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.atproto.BadDataException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Checks whole records against the lexicons of the collections that the AppView indexes, with its
 * verdict. Immutable; any thread may use it.
 *
 * <p>A record is given as the data model's JSON, in which a link is {@code {"$link": text}} and
 * bytes are {@code {"$bytes": base64}}. JSON cannot tell these from maps with just such a key; what
 * reads as a link or as bytes is one. Blobs in their first form ({@code {cid, mimeType}}) are
 * refused, as the AppView refuses them; fields that the lexicon does not name are let through.
 */
public final class RecordValidator {
  /** What a record is refused for, as {@link BadDataException#reason()}. */
  public static final String REASON = "invalid-record";

  /** The collections with a lexicon here; {@code scripts/lexicons/export.mjs} reads this list. */
  private static final List<String> COLLECTIONS =
      List.of(
          "app.bsky.actor.profile",
          "app.bsky.actor.status",
          "app.bsky.feed.generator",
          "app.bsky.feed.like",
          "app.bsky.feed.post",
          "app.bsky.feed.postgate",
          "app.bsky.feed.repost",
          "app.bsky.feed.threadgate",
          "app.bsky.graph.block",
          "app.bsky.graph.follow",
          "app.bsky.graph.list",
          "app.bsky.graph.listblock",
          "app.bsky.graph.listitem",
          "app.bsky.graph.starterpack",
          "app.bsky.graph.verification",
          "app.bsky.labeler.service",
          "app.bsky.notification.declaration",
          "com.germnetwork.declaration");

  /** The AppView stores these without asking their lexicon. */
  private static final String UNCHECKED = "chat.bsky.actor.declaration";

  private static final RecordValidator BUNDLED = compile();

  private final Map<String, Schema> byCollection;

  private RecordValidator(Map<String, Schema> byCollection) {
    this.byCollection = Map.copyOf(byCollection);
  }

  /** The one made of the documents that come with this module. */
  public static RecordValidator bundled() {
    return BUNDLED;
  }

  private static RecordValidator compile() {
    LexiconCompiler compiler = new LexiconCompiler();
    Map<String, Schema> schemas = new HashMap<>();
    for (String collection : COLLECTIONS) {
      schemas.put(collection, compiler.record(collection));
    }
    schemas.put(UNCHECKED, new UnknownSchema());
    return new RecordValidator(schemas);
  }

  /** The collections whose records are checked. */
  public Set<String> collections() {
    return byCollection.keySet();
  }

  /**
   * Why the record is refused, with the reason {@link #REASON} and a message that names the place
   * and what is wrong there; empty if it is valid, or of a collection that is not checked.
   */
  public Optional<BadDataException> check(String collection, JsonNode record) {
    Schema schema = byCollection.get(collection);
    Problem problem = schema == null ? null : schema.check(record);
    return problem == null
        ? Optional.empty()
        : Optional.of(new BadDataException(REASON, problem.toString()));
  }
}
