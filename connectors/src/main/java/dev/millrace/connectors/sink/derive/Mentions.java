package dev.millrace.connectors.sink.derive;

import static dev.millrace.schema.jooq.Tables.RECORD;
import static org.jooq.impl.DSL.any;

import dev.millrace.connectors.sink.collection.RecordSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jooq.DSLContext;

/** Whom posts name in their text. */
final class Mentions {
  private static final String MENTION = "app.bsky.richtext.facet#mention";

  private Mentions() {}

  /** DIDs by the post's URI, in the order of the text; a post that names nobody is not there. */
  static Map<String, Set<String>> in(DSLContext sql, Collection<String> posts) {
    Map<String, Set<String>> mentions = new HashMap<>();
    if (posts.isEmpty()) {
      return mentions;
    }
    sql.select(RECORD.URI, RECORD.CID, RECORD.DID, RECORD.JSON)
        .from(RECORD)
        .where(RECORD.URI.eq(any(posts.toArray(String[]::new))))
        // Few name anybody; the others are not worth parsing.
        .and(RECORD.JSON.contains(MENTION))
        .forEach(
            row -> {
              Set<String> named =
                  of(RecordSource.stored(row.value1(), row.value2(), row.value3(), row.value4()));
              if (!named.isEmpty()) {
                mentions.put(row.value1(), named);
              }
            });
    return mentions;
  }

  private static Set<String> of(RecordSource post) {
    Set<String> named = new LinkedHashSet<>();
    for (RecordSource facet : post.members("facets")) {
      for (RecordSource feature : facet.members("features")) {
        String did = feature.textOrNull("did");
        if (feature.type().equals(MENTION) && did != null) {
          named.add(did);
        }
      }
    }
    return named;
  }
}
