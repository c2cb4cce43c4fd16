package dev.millrace.connectors.sink.derive;

import static dev.millrace.schema.jooq.Tables.ACTOR;
import static dev.millrace.schema.jooq.Tables.HANDLE_CLAIM;
import static dev.millrace.schema.jooq.Tables.OP_THREAD_REPLY;
import static dev.millrace.schema.jooq.Tables.POST;
import static org.jooq.impl.DSL.coalesce;

import dev.millrace.connectors.sink.collection.NotificationAge;
import dev.millrace.connectors.sink.queue.DeriveQueue;
import dev.millrace.connectors.sink.queue.Kind;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Derived rows against the rules that derive them, as of the transaction that it reads in. What
 * still waits in the queue may differ.
 */
public final class DerivedCheck {
  /** What is not as the rules have it, and what must be derived anew for that. */
  public record Wrong(Kind kind, String key, String what) {
    @Override
    public String toString() {
      return what;
    }
  }

  /**
   * Some posts, by URI.
   *
   * @param last the URI to go on behind; null if there were none
   */
  public record Page(@Nullable String last, List<Wrong> wrong) {}

  private final DSLContext sql;
  private final NotificationAge age;

  public DerivedCheck(DSLContext sql, NotificationAge age) {
    this.sql = sql;
    this.age = age;
  }

  /** The next posts behind a URI. */
  public Page postsAfter(String uri, int size) {
    List<String> uris =
        sql.select(POST.URI)
            .from(POST)
            .where(POST.URI.gt(uri))
            .orderBy(POST.URI)
            .limit(size)
            .fetch(POST.URI);
    List<Wrong> wrong = new ArrayList<>();
    if (!uris.isEmpty()) {
      Map<String, StoredPost> posts = StoredPost.load(sql, uris, false);
      PostRules rules = new PostRules(sql, posts);
      PostChanges.of(sql, uris, posts.values().stream().map(rules::derive).toList(), age)
          .differences()
          .forEach((post, what) -> wrong.add(new Wrong(Kind.REPLY, post, what)));
    }
    return new Page(uris.isEmpty() ? null : uris.getLast(), wrong);
  }

  /** Rows of posts that are not there. */
  public List<Wrong> orphans(int limit) {
    return sql.select(OP_THREAD_REPLY.URI)
        .from(OP_THREAD_REPLY)
        .leftJoin(POST)
        .on(POST.URI.eq(OP_THREAD_REPLY.URI))
        .where(POST.URI.isNull())
        .limit(limit)
        .fetch(
            row ->
                new Wrong(
                    Kind.REPLY, row.value1(), row.value1() + " in op_thread_reply is of no post"));
  }

  /** Handles that somebody else has than the rule gives them to, or nobody. */
  public List<Wrong> handles(int limit) {
    var owner =
        sql.select(HANDLE_CLAIM.HANDLE, HANDLE_CLAIM.DID)
            .distinctOn(HANDLE_CLAIM.HANDLE)
            .from(HANDLE_CLAIM)
            .orderBy(HANDLE_CLAIM.HANDLE, HANDLE_CLAIM.RESOLVED_AT.desc(), HANDLE_CLAIM.DID)
            .asTable("owner");
    var ownerHandle = owner.field(HANDLE_CLAIM.HANDLE);
    var ownerDid = owner.field(HANDLE_CLAIM.DID);
    Set<String> handles = new HashSet<>();
    sql.select(coalesce(ownerHandle, ACTOR.HANDLE))
        .from(owner)
        .fullOuterJoin(ACTOR)
        .on(ACTOR.DID.eq(ownerDid))
        // A claim of one who is not here yet counts when they come.
        .where(ACTOR.DID.isNotNull())
        .and(ACTOR.HANDLE.isDistinctFrom(ownerHandle))
        .limit(limit)
        .forEach(row -> handles.add(row.value1()));
    return handles.stream()
        .map(handle -> new Wrong(Kind.HANDLE, handle, handle + " is not its owner's handle"))
        .toList();
  }

  /** Has the deriver look at them again. */
  public static void queue(DSLContext sql, List<Wrong> wrong) {
    for (Kind kind : Kind.values()) {
      DeriveQueue.add(
          sql,
          kind,
          wrong.stream().filter(one -> one.kind() == kind).map(Wrong::key).distinct().toList());
    }
  }
}
