package dev.millrace.connectors.sink.derive;

import static dev.millrace.schema.jooq.Tables.POST_GATE;
import static dev.millrace.schema.jooq.Tables.THREAD_GATE;
import static org.jooq.impl.DSL.any;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jooq.DSLContext;
import org.jooq.TableField;

/**
 * What posts have of others: a function of the base rows as they are now, whatever order they came
 * in. One use.
 */
final class PostRules {
  /** Posts above a reply whose authors are told of it; the AppView's number. */
  static final int TOLD_HEIGHT = 4;

  /**
   * What a post is to have.
   *
   * @param isOpReply whether the author of its thread's root wrote it
   */
  record Derived(Flags flags, List<Told> told, boolean isOpReply) {}

  private final Ancestry ancestry;
  private final ThreadGates threadGates;
  private final Quotes quotes;
  private final Map<String, Set<String>> mentions;
  private final Set<String> withThreadGate;
  private final Set<String> withPostGate;

  /** Loads what the judgement of these posts asks for. */
  PostRules(DSLContext sql, Map<String, StoredPost> posts) {
    Collection<StoredPost> rows = posts.values();
    ancestry = Ancestry.of(sql, rows);
    threadGates = ThreadGates.of(sql, rows);
    quotes = Quotes.of(sql, posts.keySet());
    mentions = Mentions.in(sql, posts.keySet());
    withThreadGate = gated(sql, THREAD_GATE.POSTURI, posts.keySet());
    withPostGate = gated(sql, POST_GATE.POSTURI, posts.keySet());
  }

  private static Set<String> gated(
      DSLContext sql, TableField<?, String> postUri, Set<String> posts) {
    return sql.select(postUri)
        .from(postUri.getTable())
        .where(postUri.eq(any(posts.toArray(String[]::new))))
        .fetchSet(postUri);
  }

  Derived derive(StoredPost post) {
    String root = post.root();
    Flags flags =
        Flags.of(
            root != null && !ancestry.isValid(post),
            threadGates.forbid(post),
            quotes.isForbidden(post),
            withThreadGate.contains(post.uri()),
            withPostGate.contains(post.uri()));
    boolean isOpReply = root != null && Gates.owner(root).equals(post.creator());
    return new Derived(flags, told(post, flags), isOpReply);
  }

  /** Each once, by the first reason; nobody of their own post. */
  private List<Told> told(StoredPost post, Flags flags) {
    List<Told> told = new ArrayList<>();
    Set<String> dids = new HashSet<>(Set.of(post.creator()));
    for (String did : mentions.getOrDefault(post.uri(), Set.of())) {
      if (dids.add(did)) {
        told.add(new Told(did, "mention", null));
      }
    }
    String quoted = quotes.quotedBy(post.uri());
    if (quoted != null && !quotes.isForbidden(post) && dids.add(Gates.owner(quoted))) {
      told.add(new Told(Gates.owner(quoted), "quote", quoted));
    }
    String root = post.root();
    if (root != null && !flags.violates()) {
      for (String ancestor : ancestry.above(post, TOLD_HEIGHT)) {
        if (dids.add(Gates.owner(ancestor))) {
          told.add(new Told(Gates.owner(ancestor), "reply", ancestor));
        }
        if (threadGates.hide(root, ancestor)) {
          break;
        }
      }
    }
    return told;
  }
}
