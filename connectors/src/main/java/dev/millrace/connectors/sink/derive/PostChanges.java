package dev.millrace.connectors.sink.derive;

import static dev.millrace.schema.jooq.Tables.NOTIFICATION;
import static dev.millrace.schema.jooq.Tables.OP_THREAD_REPLY;
import static dev.millrace.schema.jooq.Tables.POST;
import static org.jooq.impl.DSL.any;

import dev.millrace.connectors.sink.collection.Counter;
import dev.millrace.connectors.sink.collection.Counters;
import dev.millrace.connectors.sink.collection.Erasures;
import dev.millrace.connectors.sink.collection.NotificationAge;
import dev.millrace.connectors.sink.collection.ThreadMutes;
import dev.millrace.connectors.sink.derive.PostRules.Derived;
import dev.millrace.connectors.sink.queue.DeriveQueue;
import dev.millrace.connectors.sink.queue.Kind;
import dev.millrace.connectors.sink.sql.ArrayRows;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jooq.DSLContext;

/**
 * How the derived rows of posts differ from what the rules give: found, and written if asked. Posts
 * that are gone have none.
 */
final class PostChanges {
  private record Notification(String uri, String cid, String author, Told told, String sortAt) {}

  private record OpReply(String root, String parent, String uri) {}

  private final Map<StoredPost, Flags> flags = new HashMap<>();
  private final Map<Long, Notification> superfluous = new HashMap<>();
  private final Set<Notification> missing = new HashSet<>();
  private final Set<OpReply> opSuperfluous = new HashSet<>();
  private final Set<OpReply> opMissing = new HashSet<>();

  private PostChanges() {}

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
    PostChanges changes = new PostChanges();
    for (StoredPost post : posts.values()) {
      Derived derived = rules.derive(post);
      if (!derived.flags().equals(post.flags())) {
        changes.flags.put(post, derived.flags());
      }
      for (Told told : derived.told()) {
        changes.missing.add(
            new Notification(post.uri(), post.cid(), post.creator(), told, post.sortAt()));
      }
      if (derived.isOpReply() && post.root() != null && post.parent() != null) {
        changes.opMissing.add(new OpReply(post.root(), post.parent(), post.uri()));
      }
    }
    Erasures erasures = Erasures.of(sql, changes.recipients());
    changes.missing.removeIf(one -> !erasures.admit(one.told().did(), one.sortAt()));
    String[] all = uris.toArray(String[]::new);
    changes.compareNotifications(sql, all, age);
    changes.compareOpReplies(sql, all);
    return changes;
  }

  private Set<String> recipients() {
    return missing.stream().map(one -> one.told().did()).collect(Collectors.toSet());
  }

  private void compareNotifications(DSLContext sql, String[] uris, NotificationAge age) {
    sql.select(
            NOTIFICATION.ID,
            NOTIFICATION.RECORDURI,
            NOTIFICATION.RECORDCID,
            NOTIFICATION.AUTHOR,
            NOTIFICATION.DID,
            NOTIFICATION.REASON,
            NOTIFICATION.REASONSUBJECT,
            NOTIFICATION.SORTAT)
        .from(NOTIFICATION)
        .where(NOTIFICATION.RECORDURI.eq(any(uris)))
        .forEach(
            row -> {
              Notification held =
                  new Notification(
                      row.value2(),
                      row.value3(),
                      row.value4(),
                      new Told(row.value5(), row.value6(), row.value7()),
                      row.value8());
              if (!missing.remove(held)) {
                superfluous.put(row.value1(), held);
              }
            });
    missing.removeIf(notification -> !age.admits(notification.sortAt()));
    List<ThreadMutes.Subject> subjects = new ArrayList<>();
    missing.forEach(notification -> addSubject(notification.told(), subjects));
    Set<ThreadMutes.Subject> silenced = ThreadMutes.silenced(sql, subjects);
    missing.removeIf(
        notification -> {
          Told told = notification.told();
          return told.subject() != null
              && silenced.contains(new ThreadMutes.Subject(told.did(), told.subject()));
        });
  }

  private static void addSubject(Told told, List<ThreadMutes.Subject> subjects) {
    String subject = told.subject();
    if (subject != null) {
      subjects.add(new ThreadMutes.Subject(told.did(), subject));
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
    superfluous
        .values()
        .forEach(one -> words.merge(one.uri(), one + " is too much", PostChanges::and));
    missing.forEach(one -> words.merge(one.uri(), one + " is missing", PostChanges::and));
    opSuperfluous.forEach(one -> words.merge(one.uri(), one + " is too much", PostChanges::and));
    opMissing.forEach(one -> words.merge(one.uri(), one + " is missing", PostChanges::and));
    return words;
  }

  private static String and(String one, String other) {
    return one + "; " + other;
  }

  /** Writes them; what depends on a changed flag goes into the queue. */
  void write(DSLContext sql, Counters counters) {
    writeFlags(sql, counters);
    if (!superfluous.isEmpty()) {
      sql.deleteFrom(NOTIFICATION)
          .where(NOTIFICATION.ID.eq(any(superfluous.keySet().toArray(Long[]::new))))
          .execute();
    }
    insertNotifications(sql);
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

  private void insertNotifications(DSLContext sql) {
    ArrayRows rows =
        new ArrayRows(
            NOTIFICATION.DID,
            NOTIFICATION.RECORDURI,
            NOTIFICATION.RECORDCID,
            NOTIFICATION.AUTHOR,
            NOTIFICATION.REASON,
            NOTIFICATION.REASONSUBJECT,
            NOTIFICATION.SORTAT);
    for (Notification one : missing) {
      rows.add(
          one.told().did(),
          one.uri(),
          one.cid(),
          one.author(),
          one.told().reason(),
          one.told().subject(),
          one.sortAt());
    }
    rows.insert(sql, NOTIFICATION);
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
