package dev.millrace.connectors.sink.derive;

import static dev.millrace.schema.jooq.Tables.POST;
import static dev.millrace.schema.jooq.Tables.RECORD;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.table;

import dev.millrace.connectors.sink.sql.ArrayRows;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jspecify.annotations.Nullable;

/**
 * What replies reply to, up to the top of their threads; loaded for many at once, many levels at a
 * time. A reply is valid if the chain of its parents, all of one thread, ends at the root that it
 * names, which itself is no reply. That knows no order: a chain in a circle, or of more than
 * {@value #MAX_DEPTH} replies, is not valid.
 */
final class Ancestry {
  static final int MAX_DEPTH = 10_000;

  /** So many rows one statement may climb through. */
  private static final int MAX_ROWS = 20_000;

  /**
   * What a URI holds.
   *
   * @param isPost false for a record of another kind, which may be replied to as well
   */
  private record Node(String uri, boolean isPost, @Nullable String root, @Nullable String parent) {}

  private final Map<String, Node> nodes = new HashMap<>();

  /** Replies above the root, by URI; 0: not valid. */
  private final Map<String, Integer> depths = new HashMap<>();

  private Ancestry() {}

  static Ancestry of(DSLContext sql, Collection<StoredPost> posts) {
    Ancestry ancestry = new Ancestry();
    Set<String> wanted = new HashSet<>();
    for (StoredPost post : posts) {
      ancestry.nodes.put(post.uri(), new Node(post.uri(), true, post.root(), post.parent()));
    }
    posts.forEach(post -> ancestry.want(post.parent(), wanted));
    int height = 0;
    while (height < MAX_DEPTH && !wanted.isEmpty()) {
      int stride = Math.clamp(MAX_ROWS / wanted.size(), 1, MAX_DEPTH - height);
      List<Node> found = load(sql, wanted, stride);
      wanted.clear();
      found.forEach(node -> ancestry.nodes.put(node.uri(), node));
      found.forEach(node -> ancestry.want(node.parent(), wanted));
      height += stride;
    }
    return ancestry;
  }

  private void want(@Nullable String uri, Set<String> wanted) {
    if (uri != null && !nodes.containsKey(uri)) {
      wanted.add(uri);
    }
  }

  /** These, and so many levels above them in all; one that several lead to comes several times. */
  private static List<Node> load(DSLContext sql, Set<String> uris, int levels) {
    ArrayRows asked = new ArrayRows(RECORD.URI);
    uris.forEach(asked::add);
    Field<String> uri = field(name("above", "uri"), String.class);
    Field<Integer> level = field(name("above", "level"), Integer.class);
    return sql.withRecursive("above", "uri", "level")
        .as(
            select(asked.column(RECORD.URI), inline(1))
                .from(asked.table())
                .unionAll(
                    select(POST.REPLYPARENT, level.plus(1))
                        .from(table(name("above")))
                        .join(POST)
                        .on(POST.URI.eq(uri))
                        .where(POST.REPLYPARENT.isNotNull())
                        .and(level.lt(levels))))
        .select(RECORD.URI, POST.URI, POST.REPLYROOT, POST.REPLYPARENT)
        .from(table(name("above")))
        .join(RECORD)
        .on(RECORD.URI.eq(uri))
        .leftJoin(POST)
        .on(POST.URI.eq(RECORD.URI))
        .fetch(row -> new Node(row.value1(), row.value2() != null, row.value3(), row.value4()));
  }

  boolean isValid(StoredPost reply) {
    int depth = depth(reply.uri());
    return depth > 0 && depth <= MAX_DEPTH;
  }

  private int depth(String reply) {
    Deque<Node> path = new ArrayDeque<>();
    Node at = nodes.get(reply);
    int base = 0;
    while (at != null) {
      Integer known = depths.get(at.uri());
      if (known != null) {
        base = known;
        break;
      }
      path.push(at);
      // Until it is known better: who meets it again goes in a circle.
      depths.put(at.uri(), 0);
      Node parent = at.parent() == null ? null : nodes.get(at.parent());
      if (parent != null && parent.uri().equals(at.root())) {
        if (parent.root() == null) {
          depths.put(at.uri(), 1);
          path.pop();
          base = 1;
        }
        break;
      }
      boolean isSameThread =
          parent != null && parent.root() != null && parent.root().equals(at.root());
      at = isSameThread ? parent : null;
    }
    while (!path.isEmpty() && base > 0) {
      base++;
      depths.put(path.pop().uri(), base);
    }
    return depths.getOrDefault(reply, 0);
  }

  /** The posts above one, the nearest first. */
  List<String> above(StoredPost post, int height) {
    List<String> above = new ArrayList<>();
    Node at = nodes.get(post.uri());
    while (at != null && at.parent() != null && above.size() < height) {
      at = nodes.get(at.parent());
      if (at == null || !at.isPost()) {
        break;
      }
      above.add(at.uri());
    }
    return above;
  }
}
