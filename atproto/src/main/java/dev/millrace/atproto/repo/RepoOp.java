package dev.millrace.atproto.repo;

import dev.millrace.atproto.cid.Cid;
import dev.millrace.atproto.syntax.RepoPath;
import org.jspecify.annotations.Nullable;

/**
 * One operation of a commit, as {@code com.atproto.sync.subscribeRepos#repoOp} tells it.
 *
 * @param path {@code collection/rkey}
 * @param cid the record afterwards; null for a delete, and only then
 * @param prev the record before; null for a create, and where an old PDS does not tell it
 */
public record RepoOp(Action action, String path, @Nullable Cid cid, @Nullable Cid prev) {
  /** What an operation does to its record. */
  public enum Action {
    CREATE("create"),
    UPDATE("update"),
    DELETE("delete");

    private final String text;

    Action(String text) {
      this.text = text;
    }

    /** Throws {@code BadDataException} "commit" for any other word. */
    public static Action parse(String text) {
      for (Action action : values()) {
        if (action.text.equals(text)) {
          return action;
        }
      }
      throw Commit.bad("an operation that is no create, update or delete");
    }

    @Override
    public String toString() {
      return text;
    }
  }

  /** Throws {@code BadDataException} "commit" if the parts contradict each other. */
  public RepoOp {
    if (!RepoPath.isValid(path)) {
      throw Commit.bad("an operation on \"" + path + "\", which is no repo path");
    }
    if ((cid == null) != (action == Action.DELETE)) {
      throw Commit.bad("a " + action + (cid == null ? " without a cid" : " with a cid"));
    }
    if (prev != null && action == Action.CREATE) {
      throw Commit.bad("a create with a prev");
    }
  }

  public static RepoOp create(String path, Cid cid) {
    return new RepoOp(Action.CREATE, path, cid, null);
  }

  public static RepoOp update(String path, Cid cid, @Nullable Cid prev) {
    return new RepoOp(Action.UPDATE, path, cid, prev);
  }

  public static RepoOp delete(String path, @Nullable Cid prev) {
    return new RepoOp(Action.DELETE, path, null, prev);
  }

  public String collection() {
    return path.substring(0, path.indexOf('/'));
  }

  public String rkey() {
    return path.substring(path.indexOf('/') + 1);
  }
}
