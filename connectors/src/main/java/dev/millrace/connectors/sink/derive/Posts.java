package dev.millrace.connectors.sink.derive;

import static dev.millrace.schema.jooq.Tables.DERIVE_QUEUE;
import static dev.millrace.schema.jooq.Tables.POST;
import static dev.millrace.schema.jooq.Tables.QUOTE;
import static dev.millrace.schema.jooq.Tables.THREAD_GATE;
import static dev.millrace.schema.jooq.Tables.THREAD_GATE_LIST;
import static org.jooq.impl.DSL.any;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.table;

import dev.millrace.connectors.sink.collection.Counters;
import dev.millrace.connectors.sink.collection.NotificationAge;
import dev.millrace.connectors.sink.queue.DeriveQueue;
import dev.millrace.connectors.sink.queue.Kind;
import dev.millrace.connectors.sink.sql.ArrayRows;
import java.util.Collection;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.TreeSet;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record1;
import org.jooq.Select;
import org.jooq.Table;
import org.jooq.TableField;

/** Works off what the queue asks of posts. One transaction, one use. */
final class Posts {
  private final DSLContext sql;
  private final NotificationAge age;

  Posts(DSLContext sql, NotificationAge age) {
    this.sql = sql;
    this.age = age;
  }

  /** Derives these; what depends on them goes into the queue, as it may be any number. */
  void derive(Map<Kind, NavigableSet<String>> keys) {
    NavigableSet<String> changed = of(keys, Kind.POST);
    NavigableSet<String> gated = new TreeSet<>(of(keys, Kind.GATE));
    DeriveQueue.addForLater(sql, Kind.GATE_AGAIN, gated);
    gated.addAll(of(keys, Kind.GATE_AGAIN));
    NavigableSet<String> uris = new TreeSet<>(of(keys, Kind.REPLY));
    uris.addAll(changed);
    uris.addAll(gated);
    DeriveQueue.lock(sql, uris);
    if (!changed.isEmpty()) {
      String[] posts = changed.toArray(String[]::new);
      queue(below(posts));
      queue(inGatedThreads(posts));
    }
    if (!gated.isEmpty()) {
      String[] posts = gated.toArray(String[]::new);
      queue(sql.select(POST.URI).from(POST).where(POST.REPLYROOT.eq(any(posts))));
      queue(sql.select(QUOTE.URI).from(QUOTE).where(QUOTE.SUBJECT.eq(any(posts))));
    }
    queueReplies(of(keys, Kind.FOLLOW), THREAD_GATE, THREAD_GATE.POSTURI, THREAD_GATE.CREATOR);
    queueReplies(
        of(keys, Kind.LIST_ITEM),
        THREAD_GATE_LIST,
        THREAD_GATE_LIST.POST_URI,
        THREAD_GATE_LIST.LIST_URI);
    write(uris);
  }

  private static NavigableSet<String> of(Map<Kind, NavigableSet<String>> keys, Kind kind) {
    return Objects.requireNonNull(keys.get(kind));
  }

  private void write(NavigableSet<String> uris) {
    if (uris.isEmpty()) {
      return;
    }
    Counters counters = new Counters();
    PostChanges.of(sql, uris, age, true).write(sql, counters);
    counters.store(sql);
  }

  private void queue(Select<Record1<String>> uris) {
    DeriveQueue.add(sql, Kind.REPLY, uris);
  }

  /** Replies near enough that those above the post are told of them. */
  private Select<Record1<String>> below(String... posts) {
    Field<String> uri = field(name("below", "uri"), String.class);
    Field<Integer> depth = field(name("below", "depth"), Integer.class);
    return sql.withRecursive("below", "uri", "depth")
        .as(
            select(POST.URI, inline(1))
                .from(POST)
                .where(POST.REPLYPARENT.eq(any(posts)))
                .unionAll(
                    select(POST.URI, depth.plus(1))
                        .from(table(name("below")))
                        .join(POST)
                        .on(POST.REPLYPARENT.eq(uri))
                        .where(depth.lt(PostRules.TOLD_HEIGHT))))
        .selectDistinct(uri)
        .from(table(name("below")));
  }

  /** The posts may be roots whose text names who may reply. */
  private Select<Record1<String>> inGatedThreads(String... posts) {
    return sql.select(POST.URI)
        .from(THREAD_GATE)
        .join(POST)
        .on(POST.REPLYROOT.eq(THREAD_GATE.POSTURI))
        .where(THREAD_GATE.POSTURI.eq(any(posts)));
  }

  /**
   * Queues replies in threads whose gates ask for what changed.
   *
   * @param keys what was asked for, a space, who replies
   */
  private void queueReplies(
      Collection<String> keys,
      Table<?> gates,
      TableField<?, String> postUri,
      TableField<?, String> asked) {
    if (keys.isEmpty()) {
      return;
    }
    ArrayRows rows = new ArrayRows(asked, DERIVE_QUEUE.KEY);
    for (String key : keys) {
      int space = key.indexOf(' ');
      rows.add(key.substring(0, space), key.substring(space + 1));
    }
    queue(
        sql.select(POST.URI)
            .from(rows.table())
            .join(gates)
            .on(asked.eq(rows.column(asked)))
            .join(POST)
            .on(POST.REPLYROOT.eq(postUri))
            .and(POST.CREATOR.eq(rows.column(DERIVE_QUEUE.KEY))));
  }
}
