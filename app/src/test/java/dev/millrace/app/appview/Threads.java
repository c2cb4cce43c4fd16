package dev.millrace.app.appview;

import dev.millrace.app.appview.Contents.Row;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the posts of one side say of each other. */
final class Threads {
  private static final int MOST_STEPS = 10_000;

  private final Contents contents;

  Threads(Contents contents) {
    this.contents = contents;
  }

  /** The chain of parents ends at the root that all of them name, which is no reply. */
  boolean isValidReply(Row reply) {
    String root = reply.get("replyRoot");
    String parent = reply.get("replyParent");
    for (int i = 0; i < MOST_STEPS && parent != null && root != null; i++) {
      Row above = contents.find("post", parent);
      if (above == null) {
        return false;
      }
      if (parent.equals(root)) {
        return above.get("replyRoot") == null;
      }
      if (!above.is("replyRoot", root)) {
        return false;
      }
      parent = above.get("replyParent");
    }
    return false;
  }

  /** The posts above it that are there, the nearest first. */
  List<String> above(String post, int most) {
    List<String> above = new ArrayList<>();
    String parent = parent(post);
    while (parent != null && above.size() < most && contents.has("post", parent)) {
      above.add(parent);
      parent = parent(parent);
    }
    return above;
  }

  /** The post that it names as the root, else itself. */
  String root(String post) {
    Row row = contents.find("post", post);
    String root = row == null ? null : row.get("replyRoot");
    return root == null ? post : root;
  }

  private @Nullable String parent(String post) {
    Row row = contents.find("post", post);
    return row == null ? null : row.get("replyParent");
  }
}
