package dev.millrace.connectors.sink.collection;

import static dev.millrace.schema.jooq.Tables.NOTIFICATION;
import static dev.millrace.schema.jooq.Tables.POST;
import static org.jooq.impl.DSL.coalesce;

import dev.millrace.connectors.sink.sql.ArrayRows;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Table;
import org.jooq.impl.DSL;

/**
 * Threads that people do not want to hear of: the AppView's table {@code thread_mute}, which is
 * theirs. As in the AppView it counts when a notification is written, and takes none away.
 */
public final class ThreadMutes {
  /** A post that somebody would be told of. */
  public record Subject(String did, String uri) {}

  private static final Table<?> MUTES = DSL.table(DSL.name("thread_mute"));
  private static final Field<String> ROOT =
      DSL.field(DSL.name("thread_mute", "rootUri"), String.class);
  private static final Field<String> MUTED_BY =
      DSL.field(DSL.name("thread_mute", "mutedByDid"), String.class);

  private ThreadMutes() {}

  /** Those of which nobody is to be told. */
  public static Set<Subject> silenced(DSLContext sql, Collection<Subject> subjects) {
    if (subjects.isEmpty() || !sql.fetchExists(DSL.selectOne().from(MUTES))) {
      return Set.of();
    }
    ArrayRows rows = new ArrayRows(NOTIFICATION.DID, NOTIFICATION.REASONSUBJECT);
    new HashSet<>(subjects).forEach(subject -> rows.add(subject.did(), subject.uri()));
    Field<String> did = rows.column(NOTIFICATION.DID);
    Field<String> subject = rows.column(NOTIFICATION.REASONSUBJECT);
    return new HashSet<>(
        sql.select(did, subject)
            .from(rows.table())
            .join(POST)
            .on(POST.URI.eq(subject))
            .join(MUTES)
            .on(MUTED_BY.eq(did).and(ROOT.eq(coalesce(POST.REPLYROOT, POST.URI))))
            .fetch(row -> new Subject(row.value1(), row.value2())));
  }
}
