package dev.millrace.connectors.sink.derive;

import static dev.millrace.connectors.sink.derive.HandleOwners.OWNED;
import static dev.millrace.connectors.sink.derive.HandleOwners.OWNER_DID;
import static dev.millrace.schema.jooq.Tables.ACTOR;
import static dev.millrace.schema.jooq.Tables.OP_THREAD_REPLY;
import static dev.millrace.schema.jooq.Tables.POST;
import static org.jooq.impl.DSL.coalesce;

import dev.millrace.connectors.sink.collection.NotificationAge;
import dev.millrace.connectors.sink.queue.DeriveQueue;
import dev.millrace.connectors.sink.queue.Kind;
import dev.millrace.connectors.sink.sql.Pages;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import org.jooq.DSLContext;
import org.jooq.Field;

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

  private static final int PAGE = 1_000;

  private final DSLContext sql;
  private final NotificationAge age;

  public DerivedCheck(DSLContext sql, NotificationAge age) {
    this.sql = sql;
    this.age = age;
  }

  /**
   * All posts, some at a time, in the order of their URIs.
   *
   * @param looked is told how many they were
   */
  public void posts(Consumer<List<Wrong>> found, IntConsumer looked) {
    List<String> page = urisAfter("");
    while (!page.isEmpty()) {
      List<Wrong> wrong = new ArrayList<>();
      PostChanges.of(sql, page, age, false)
          .differences()
          .forEach((post, what) -> wrong.add(new Wrong(Kind.REPLY, post, what)));
      found.accept(wrong);
      looked.accept(page.size());
      page = urisAfter(page.getLast());
    }
  }

  private List<String> urisAfter(String uri) {
    return sql.select(POST.URI)
        .from(POST)
        .where(POST.URI.gt(uri))
        .orderBy(POST.URI)
        .limit(PAGE)
        .fetch(POST.URI);
  }

  /** Rows of posts that are not there, some at a time. */
  public void orphans(Consumer<List<Wrong>> found) {
    Pages.read(
        sql.select(OP_THREAD_REPLY.URI)
            .from(OP_THREAD_REPLY)
            .leftJoin(POST)
            .on(POST.URI.eq(OP_THREAD_REPLY.URI))
            .where(POST.URI.isNull()),
        rows -> found.accept(rows.stream().map(row -> orphan(row.value1())).toList()));
  }

  private static Wrong orphan(String uri) {
    return new Wrong(Kind.REPLY, uri, uri + " in op_thread_reply is of no post");
  }

  /** Handles that somebody else has than the rule gives them to, or nobody, some at a time. */
  public void handles(Consumer<List<Wrong>> found) {
    Field<String> handle = coalesce(OWNED, ACTOR.HANDLE);
    Pages.read(
        sql.selectDistinct(handle)
            .from(HandleOwners.all(sql))
            .fullOuterJoin(ACTOR)
            .on(ACTOR.DID.eq(OWNER_DID))
            // A claim of one who is not here yet counts when they come.
            .where(ACTOR.DID.isNotNull())
            .and(ACTOR.HANDLE.isDistinctFrom(OWNED)),
        rows -> found.accept(rows.stream().map(row -> notTheOwners(row.value1())).toList()));
  }

  private static Wrong notTheOwners(String handle) {
    return new Wrong(Kind.HANDLE, handle, handle + " is not its owner's handle");
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
