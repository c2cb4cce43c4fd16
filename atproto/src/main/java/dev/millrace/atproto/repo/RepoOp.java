package dev.millrace.atproto.repo;

import dev.millrace.atproto.BadDataException;
import dev.millrace.atproto.cid.Cid;
import org.jspecify.annotations.Nullable;

/**
 * What a commit did to one record.
 *
 * @param path {@code collection/rkey}, one slash, neither part empty; not checked further
 * @param cid the record now; null exactly if it was deleted
 * @param prev the record before, of an update or a delete; null from hosts that do not say so
 * @see <a href="https://atproto.com/specs/sync">atproto.com/specs/sync</a>
 */
public record RepoOp(Action action, String path, @Nullable Cid cid, @Nullable Cid prev) {

  /** How a record changed. */
  public enum Action {
    CREATE,
    UPDATE,
    DELETE
  }

  /** Throws {@code BadDataException} "commit" where path or cid do not fit. */
  public RepoOp {
    int slash = path.indexOf('/');
    if (slash <= 0 || slash == path.length() - 1 || path.indexOf('/', slash + 1) >= 0) {
      throw new BadDataException("commit", "an operation whose path is not collection/rkey");
    }
    if ((cid == null) != (action == Action.DELETE)) {
      throw new BadDataException(
          "commit", "a " + action + " " + (cid == null ? "without" : "with") + " a cid");
    }
  }

  public String collection() {
    return path.substring(0, path.indexOf('/'));
  }

  public String rkey() {
    return path.substring(path.indexOf('/') + 1);
  }
}
