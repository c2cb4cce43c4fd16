package dev.millrace.connectors.sink.derive;

import static dev.millrace.schema.jooq.Tables.POST_EMBED_RECORD;
import static org.jooq.impl.DSL.any;
import static org.jooq.impl.DSL.noCondition;

import dev.millrace.connectors.sink.collection.RecordSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Which posts quote which, and whether they may: a post gate with the rule to disable embedding
 * forbids it to all but the quoted post's author. The gate counts as it is now, also if the quoted
 * post is not here.
 */
final class Quotes {
  private static final String DISABLE = "app.bsky.feed.postgate#disableRule";

  private final Map<String, String> quoted;
  private final Set<String> closed;

  private Quotes(Map<String, String> quoted, Set<String> closed) {
    this.quoted = quoted;
    this.closed = closed;
  }

  static Quotes of(DSLContext sql, Collection<String> posts) {
    Map<String, String> quoted = new HashMap<>();
    sql.select(POST_EMBED_RECORD.POSTURI, POST_EMBED_RECORD.EMBEDURI)
        .from(POST_EMBED_RECORD)
        .where(POST_EMBED_RECORD.POSTURI.eq(any(posts.toArray(String[]::new))))
        .forEach(
            row -> {
              if (Gates.isPost(row.value2())) {
                quoted.put(row.value1(), row.value2());
              }
            });
    return new Quotes(quoted, closed(sql, quoted.values()));
  }

  private static Set<String> closed(DSLContext sql, Collection<String> quoted) {
    Map<String, String> gates = new HashMap<>();
    for (String post : quoted) {
      String gate = Gates.of(post, Gates.EMBEDDING);
      if (gate != null) {
        gates.put(gate, post);
      }
    }
    Set<String> closed = new HashSet<>();
    Records.in(sql, gates.keySet(), noCondition())
        .forEach(
            (uri, gate) -> {
              if (disables(gate)) {
                closed.add(gates.getOrDefault(uri, ""));
              }
            });
    return closed;
  }

  private static boolean disables(RecordSource gate) {
    return gate.members("embeddingRules").stream().anyMatch(rule -> rule.type().equals(DISABLE));
  }

  /** The post that it quotes. */
  @Nullable String quotedBy(String post) {
    return quoted.get(post);
  }

  boolean isForbidden(StoredPost post) {
    String subject = quoted.get(post.uri());
    return subject != null
        && closed.contains(subject)
        && !Gates.owner(subject).equals(post.creator());
  }
}
