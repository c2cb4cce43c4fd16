package dev.millrace.connectors.sink.derive;

import static dev.millrace.schema.jooq.Tables.OP_THREAD_REPLY;
import static dev.millrace.schema.jooq.Tables.POST;
import static org.jooq.impl.DSL.any;

import dev.millrace.connectors.sink.collection.Counter;
import dev.millrace.connectors.sink.collection.Counters;
import dev.millrace.connectors.sink.collection.Notification;
import dev.millrace.connectors.sink.collection.NotificationAge;
import dev.millrace.connectors.sink.collection.NotificationChanges;
import dev.millrace.connectors.sink.derive.PostRules.Derived;
import dev.millrace.connectors.sink.queue.DeriveQueue;
import dev.millrace.connectors.sink.queue.Kind;
import dev.millrace.connectors.sink.sql.ArrayRows;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jooq.DSLContext;

/**
 * How the derived rows of posts differ from what the rules give: found, and written if asked. Posts
 * that are gone have none.
 */
final class PostChanges {
  private record OpReply(String root, String parent, String uri) {}

  private final Map<StoredPost, Flags> flags = new HashMap<>();
  private final NotificationChanges notifications;
  private final Set<OpReply> opSuperfluous = new HashSet<>();
  private final Set<OpReply> opMissing = new HashSet<>();

  private PostChanges(NotificationChanges notifications) {
    this.notifications = notifications;
  }

  /**
   * Compares.
   *
   * @param uris all that are asked for, those of posts that are gone among them
   * @param isToWrite whether {@link #write} may follow: the posts are locked then
   */
  static PostChanges of(
      DSLContext sql, Collection<String> uris, NotificationAge age, boolean isToWrite) {
    Map<String, StoredPost> posts = StoredPost.load(sql, uris, isToWrite);
    PostRules rules = new PostRules(sql, posts);
    Map<StoredPost, Derived> derived = new LinkedHashMap<>();
    posts.values().forEach(post -> derived.put(post, rules.derive(post)));
    List<Notification> told = new ArrayList<>();
    derived.forEach((post, now) -> now.told().forEach(one -> told.add(one.by(post))));
    PostChanges changes = new PostChanges(NotificationChanges.of(sql, uris, told, age));
    derived.forEach(changes::compareFlags);
    derived.forEach(changes::expectOpReply);
    changes.compareOpReplies(sql, uris.toArray(String[]::new));
    return changes;
  }

  private void compareFlags(StoredPost post, Derived now) {
    if (!now.flags().equals(post.flags())) {
      flags.put(post, now.flags());
    }
  }

  private void expectOpReply(StoredPost post, Derived now) {
    if (now.isOpReply() && post.root() != null && post.parent() != null) {
      opMissing.add(new OpReply(post.root(), post.parent(), post.uri()));
    }
  }

  private void compareOpReplies(DSLContext sql, String[] uris) {
    sql.select(OP_THREAD_REPLY.ROOTURI, OP_THREAD_REPLY.PARENTURI, OP_THREAD_REPLY.URI)
        .from(OP_THREAD_REPLY)
        .where(OP_THREAD_REPLY.URI.eq(any(uris)))
        .forEach(
            row -> {
              OpReply held = new OpReply(row.value1(), row.value2(), row.value3());
              if (!opMissing.remove(held)) {
                opSuperfluous.add(held);
              }
            });
  }

  /** In words, by the post's URI; several of a post are joined. */
  Map<String, String> differences() {
    Map<String, String> words = new TreeMap<>();
    flags.forEach(
        (post, now) ->
            words.merge(
                post.uri(),
                post.uri() + " has " + post.flags() + ", not " + now,
                PostChanges::and));
    notifications.describe((uri, what) -> words.merge(uri, what, PostChanges::and));
    opSuperfluous.forEach(one -> words.merge(one.uri(), one + " is too much", PostChanges::and));
    opMissing.forEach(one -> words.merge(one.uri(), one + " is missing", PostChanges::and));
    return words;
  }

  private static String and(String one, String other) {
    return one + "; " + other;
  }

  /** Writes them; what depends on a changed flag goes into the queue. */
  void write(DSLContext sql, Connection connection, Counters counters) throws SQLException {
    writeFlags(sql, counters);
    notifications.write(sql, connection);
    writeOpReplies(sql);
  }

  private void writeFlags(DSLContext sql, Counters counters) {
    ArrayRows rows =
        new ArrayRows(
            POST.URI,
            POST.INVALIDREPLYROOT,
            POST.VIOLATESTHREADGATE,
            POST.VIOLATESEMBEDDINGRULES,
            POST.HASTHREADGATE,
            POST.HASPOSTGATE);
    List<String> turned = new ArrayList<>();
    flags.forEach(
        (post, now) -> {
          rows.add(
              post.uri(),
              now.invalidReplyRoot(),
              now.violatesThreadGate(),
              now.violatesEmbeddingRules(),
              now.hasThreadGate(),
              now.hasPostGate());
          if (now.isInvalid() != post.flags().isInvalid()) {
            turned.add(post.uri());
          }
          if (now.violates() != post.flags().violates()) {
            counters.move(Counter.REPLIES, post.parent(), now.violates() ? -1 : 1);
          }
        });
    if (rows.isEmpty()) {
      return;
    }
    sql.update(POST)
        .set(POST.INVALIDREPLYROOT, rows.column(POST.INVALIDREPLYROOT))
        .set(POST.VIOLATESTHREADGATE, rows.column(POST.VIOLATESTHREADGATE))
        .set(POST.VIOLATESEMBEDDINGRULES, rows.column(POST.VIOLATESEMBEDDINGRULES))
        .set(POST.HASTHREADGATE, rows.column(POST.HASTHREADGATE))
        .set(POST.HASPOSTGATE, rows.column(POST.HASPOSTGATE))
        .from(rows.table())
        .where(POST.URI.eq(rows.column(POST.URI)))
        .execute();
    DeriveQueue.add(
        sql,
        Kind.REPLY,
        sql.select(POST.URI)
            .from(POST)
            .where(POST.REPLYPARENT.eq(any(turned.toArray(String[]::new)))));
  }

  private void writeOpReplies(DSLContext sql) {
    if (!opSuperfluous.isEmpty()) {
      ArrayRows gone = new ArrayRows(OP_THREAD_REPLY.ROOTURI, OP_THREAD_REPLY.URI);
      opSuperfluous.forEach(one -> gone.add(one.root(), one.uri()));
      sql.deleteFrom(OP_THREAD_REPLY)
          .using(gone.table())
          .where(OP_THREAD_REPLY.ROOTURI.eq(gone.column(OP_THREAD_REPLY.ROOTURI)))
          .and(OP_THREAD_REPLY.URI.eq(gone.column(OP_THREAD_REPLY.URI)))
          .execute();
    }
    ArrayRows rows =
        new ArrayRows(OP_THREAD_REPLY.ROOTURI, OP_THREAD_REPLY.PARENTURI, OP_THREAD_REPLY.URI);
    opMissing.forEach(one -> rows.add(one.root(), one.parent(), one.uri()));
    rows.insert(sql, OP_THREAD_REPLY);
  }
}
