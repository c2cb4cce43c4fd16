package dev.millrace.connectors.sink.derive;

import static dev.millrace.schema.jooq.Tables.POST;
import static dev.millrace.schema.jooq.Tables.QUOTE;
import static dev.millrace.schema.jooq.Tables.THREAD_GATE;
import static dev.millrace.schema.jooq.Tables.THREAD_GATE_LIST;
import static org.jooq.impl.DSL.any;
import static org.jooq.impl.DSL.concat;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.selectOne;
import static org.jooq.impl.DSL.table;

import dev.millrace.connectors.sink.collection.Counters;
import dev.millrace.connectors.sink.collection.NotificationAge;
import dev.millrace.connectors.sink.queue.DeriveQueue;
import dev.millrace.connectors.sink.queue.Kind;
import dev.millrace.connectors.sink.sql.ArrayRows;
import dev.millrace.connectors.sink.sql.SinkSession;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.TreeSet;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record1;
import org.jooq.Select;

/** Works off what the queue asks of posts. One transaction, one use. */
final class Posts {
  private static final Field<String> OWNER = field(name("owner"), String.class);
  private static final Field<String> WHO = field(name("who"), String.class);

  private final Connection connection;
  private final DSLContext sql;
  private final NotificationAge age;

  Posts(Connection connection, NotificationAge age) {
    this.connection = connection;
    this.sql = SinkSession.sql(connection);
    this.age = age;
  }

  /** Derives these; what depends on them goes into the queue, as it may be any number. */
  void derive(Map<Kind, NavigableSet<String>> keys) throws SQLException {
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
    queueFollows(of(keys, Kind.FOLLOW));
    queueListItems(of(keys, Kind.LIST_ITEM));
    write(uris);
  }

  private static NavigableSet<String> of(Map<Kind, NavigableSet<String>> keys, Kind kind) {
    return Objects.requireNonNull(keys.get(kind));
  }

  private void write(NavigableSet<String> uris) throws SQLException {
    if (uris.isEmpty()) {
      return;
    }
    Counters counters = new Counters();
    PostChanges.of(sql, uris, age, true).write(sql, connection, counters);
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

  /** Replies of one account in gated threads of another, found by who replies. */
  private void queueFollows(Collection<String> keys) {
    if (keys.isEmpty()) {
      return;
    }
    ArrayRows asked = asked(keys);
    Field<String> root = POST.REPLYROOT.collate("C");
    Field<String> owner = concat(inline("at://"), asked.column(OWNER));
    queue(
        sql.select(POST.URI)
            .from(asked.table())
            .join(POST)
            .on(POST.CREATOR.eq(asked.column(WHO)))
            // All that begins so and goes on with a slash: 0 is the character behind it.
            .and(root.ge(concat(owner, inline("/"))))
            .and(root.lt(concat(owner, inline("0"))))
            .whereExists(
                selectOne().from(THREAD_GATE).where(THREAD_GATE.POSTURI.eq(POST.REPLYROOT))));
  }

  /** Replies of an account in threads whose gates ask for a list, found by who replies. */
  private void queueListItems(Collection<String> keys) {
    if (keys.isEmpty()) {
      return;
    }
    ArrayRows asked = asked(keys);
    queue(
        sql.select(POST.URI)
            .from(asked.table())
            .join(THREAD_GATE_LIST)
            .on(THREAD_GATE_LIST.LIST_URI.eq(asked.column(OWNER)))
            .join(POST)
            .on(POST.CREATOR.eq(asked.column(WHO)))
            .and(POST.REPLYROOT.collate("C").eq(THREAD_GATE_LIST.POST_URI.collate("C"))));
  }

  /** Keys of two parts: what a gate asks for, a space, who replies. */
  private static ArrayRows asked(Collection<String> keys) {
    ArrayRows rows = new ArrayRows(OWNER, WHO);
    for (String key : keys) {
      int space = key.indexOf(' ');
      rows.add(key.substring(0, space), key.substring(space + 1));
    }
    return rows;
  }
}
