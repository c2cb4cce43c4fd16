package dev.millrace.connectors.sink.queue;

import static dev.millrace.schema.jooq.Tables.DERIVE_QUEUE;
import static dev.millrace.schema.jooq.Tables.THREAD_GATE;
import static dev.millrace.schema.jooq.Tables.THREAD_GATE_LIST;
import static org.jooq.impl.DSL.concat;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.selectOne;

import dev.millrace.connectors.sink.sql.ArrayRows;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jooq.DSLContext;
import org.jooq.TableField;

/**
 * What a transaction's changes of base rows ask to be derived. Follows and list items count only
 * where a gate asks for them, which few do; a gate that comes at the same time finds them itself
 * ({@link Kind#GATE_AGAIN}). One transaction, one use.
 */
public final class Derivations {
  /** Who must be known to whom: the gate's owner or list, and who replies. */
  private record Pair(String asked, String who) {}

  private final Map<Kind, Set<String>> keys = new EnumMap<>(Kind.class);
  private final Set<Pair> follows = new HashSet<>();
  private final Set<Pair> listItems = new HashSet<>();

  /** A post came, went, or is another one now. */
  public void post(String uri) {
    keys.computeIfAbsent(Kind.POST, kind -> new TreeSet<>()).add(uri);
  }

  /** A gate of this post did. */
  public void gate(String postUri) {
    keys.computeIfAbsent(Kind.GATE, kind -> new TreeSet<>()).add(postUri);
  }

  /** A gate of either may ask for it. */
  public void follow(String creator, String subject) {
    follows.add(new Pair(creator, subject));
    follows.add(new Pair(subject, creator));
  }

  public void listItem(String list, String subject) {
    listItems.add(new Pair(list, subject));
  }

  public void store(DSLContext sql) {
    keys.forEach((kind, things) -> DeriveQueue.add(sql, kind, things));
    addWhere(sql, Kind.FOLLOW, follows, THREAD_GATE.CREATOR);
    addWhere(sql, Kind.LIST_ITEM, listItems, THREAD_GATE_LIST.LIST_URI);
  }

  private static void addWhere(
      DSLContext sql, Kind kind, Set<Pair> pairs, TableField<?, String> asked) {
    if (pairs.isEmpty()) {
      return;
    }
    ArrayRows rows = new ArrayRows(asked, DERIVE_QUEUE.KEY);
    pairs.forEach(pair -> rows.add(pair.asked(), pair.who()));
    DeriveQueue.add(
        sql,
        kind,
        sql.select(concat(rows.column(asked), inline(" "), rows.column(DERIVE_QUEUE.KEY)).as("key"))
            .from(rows.table())
            .whereExists(selectOne().from(asked.getTable()).where(asked.eq(rows.column(asked)))));
  }
}
