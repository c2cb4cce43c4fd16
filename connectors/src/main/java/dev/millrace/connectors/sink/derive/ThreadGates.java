package dev.millrace.connectors.sink.derive;

import static dev.millrace.schema.jooq.Tables.FOLLOW;
import static dev.millrace.schema.jooq.Tables.LIST_ITEM;
import static org.jooq.impl.DSL.noCondition;

import dev.millrace.connectors.sink.collection.ThreadGateRules;
import dev.millrace.connectors.sink.sql.ArrayRows;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jooq.DSLContext;
import org.jooq.Table;
import org.jooq.TableField;

/**
 * What thread gates forbid: a reply of anyone but the root's author, unless everybody may, the root
 * names who replies, one of both follows the other as the gate asks, or who replies is in a list.
 * Gate, root, follows and lists count as they are now; a gate of a post that is not here counts as
 * well.
 */
final class ThreadGates {
  private record Pair(String one, String other) {}

  private final Map<String, ThreadGateRules> rules = new HashMap<>();
  private final Map<String, Set<String>> mentioned;
  private final Set<Pair> follows;
  private final Set<Pair> members;

  private ThreadGates(
      Map<String, ThreadGateRules> rules,
      Map<String, Set<String>> mentioned,
      Set<Pair> follows,
      Set<Pair> members) {
    this.rules.putAll(rules);
    this.mentioned = mentioned;
    this.follows = follows;
    this.members = members;
  }

  /** Loads all that the judgement of these posts asks for. */
  static ThreadGates of(DSLContext sql, Collection<StoredPost> posts) {
    Map<String, ThreadGateRules> rules = rules(sql, posts);
    Set<String> naming = new HashSet<>();
    ArrayRows follows = new ArrayRows(FOLLOW.CREATOR, FOLLOW.SUBJECTDID);
    ArrayRows members = new ArrayRows(LIST_ITEM.LISTURI, LIST_ITEM.SUBJECTDID);
    for (StoredPost post : posts) {
      String root = post.root();
      ThreadGateRules rule = root == null ? null : rules.get(root);
      if (root != null && rule != null && !rule.isOpen()) {
        String owner = Gates.owner(root);
        if (rule.mentioned()) {
          naming.add(root);
        }
        if (rule.followers()) {
          follows.add(post.creator(), owner);
        }
        if (rule.followed()) {
          follows.add(owner, post.creator());
        }
        rule.lists().forEach(list -> members.add(list, post.creator()));
      }
    }
    return new ThreadGates(
        rules,
        Mentions.in(sql, naming),
        present(sql, FOLLOW, follows, FOLLOW.CREATOR, FOLLOW.SUBJECTDID),
        present(sql, LIST_ITEM, members, LIST_ITEM.LISTURI, LIST_ITEM.SUBJECTDID));
  }

  /** By the URI of the thread's root. */
  private static Map<String, ThreadGateRules> rules(DSLContext sql, Collection<StoredPost> posts) {
    Map<String, String> roots = new HashMap<>();
    for (StoredPost post : posts) {
      String gate = post.root() == null ? null : Gates.of(post.root(), Gates.THREAD);
      if (gate != null) {
        roots.put(gate, post.root());
      }
    }
    Map<String, ThreadGateRules> rules = new HashMap<>();
    Records.in(sql, roots.keySet(), noCondition())
        .forEach((uri, gate) -> rules.put(roots.get(uri), ThreadGateRules.of(gate)));
    return rules;
  }

  private static Set<Pair> present(
      DSLContext sql,
      Table<?> table,
      ArrayRows asked,
      TableField<?, String> one,
      TableField<?, String> other) {
    return asked.isEmpty()
        ? Set.of()
        : new HashSet<>(
            sql.select(one, other)
                .from(table)
                .join(asked.table())
                .on(one.eq(asked.column(one)).and(other.eq(asked.column(other))))
                .fetch(row -> new Pair(row.value1(), row.value2())));
  }

  boolean forbid(StoredPost reply) {
    String root = reply.root();
    ThreadGateRules rule = root == null ? null : rules.get(root);
    if (root == null || rule == null || rule.isOpen()) {
      return false;
    }
    String owner = Gates.owner(root);
    String who = reply.creator();
    boolean mayReply =
        who.equals(owner)
            || (rule.mentioned() && mentioned.getOrDefault(root, Set.of()).contains(who))
            || (rule.followers() && follows.contains(new Pair(who, owner)))
            || (rule.followed() && follows.contains(new Pair(owner, who)))
            || rule.lists().stream().anyMatch(list -> members.contains(new Pair(list, who)));
    return !mayReply;
  }

  /** Whether the root's author has hidden a reply of the thread. */
  boolean hide(String root, String reply) {
    ThreadGateRules rule = rules.get(root);
    return rule != null && rule.hiddenReplies().contains(reply);
  }
}
