package dev.millrace.connectors.sink.derive;

import static dev.millrace.schema.jooq.Tables.RECORD;

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
    // Few name anybody; the others are not worth parsing.
    Records.in(sql, posts, RECORD.JSON.contains(MENTION))
        .forEach(
            (uri, post) -> {
              Set<String> named = of(post);
              if (!named.isEmpty()) {
                mentions.put(uri, named);
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
