package dev.millrace.atproto.repo;

import dev.millrace.atproto.BadDataException;
import dev.millrace.atproto.car.BlockSource;
import dev.millrace.atproto.cid.Cid;
import dev.millrace.atproto.mst.MutableMst;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Undoes the operations of a commit on its tree, and so finds the root of the tree before.
 *
 * <p>An operation that does not fit the tree is {@code BadDataException} "inversion", a node that
 * is needed and not there "incomplete".
 *
 * @see <a href="https://atproto.com/specs/sync#commit-validation-mst-inversion">sync, inversion</a>
 */
public final class MstInversion {
  private MstInversion() {}

  /**
   * The root of the tree before the operations.
   *
   * @param blocks the commit's blocks, in part only
   * @param data the root of the tree after the operations
   * @param operations on different paths; updates and deletes tell their prev
   */
  public static Cid invert(BlockSource blocks, Cid data, List<RepoOp> operations) {
    if (operations.isEmpty()) {
      return data;
    }
    MutableMst tree = MutableMst.load(blocks, data);
    // What was deleted comes back first: a tree with more keys needs fewer of its neighbours.
    for (RepoOp.Action action :
        List.of(RepoOp.Action.DELETE, RepoOp.Action.UPDATE, RepoOp.Action.CREATE)) {
      for (RepoOp operation : operations) {
        if (operation.action() == action) {
          undo(tree, operation);
        }
      }
    }
    return tree.root();
  }

  /**
   * Throws unless the tree shows what each operation left: the check where prevData is not told.
   */
  static void requireDone(BlockSource blocks, Cid data, List<RepoOp> operations) {
    if (operations.isEmpty()) {
      return;
    }
    MutableMst tree = MutableMst.load(blocks, data);
    for (RepoOp operation : operations) {
      requireEqual(tree.get(operation.path()), operation.cid(), operation);
    }
  }

  private static void undo(MutableMst tree, RepoOp operation) {
    if (operation.action() == RepoOp.Action.CREATE) {
      requireEqual(tree.delete(operation.path()), operation.cid(), operation);
      return;
    }
    Cid prev = operation.prev();
    if (prev == null) {
      throw bad(operation, "does not tell its prev");
    }
    requireEqual(tree.put(operation.path(), prev), operation.cid(), operation);
  }

  private static void requireEqual(@Nullable Cid found, @Nullable Cid told, RepoOp operation) {
    if (!Objects.equals(found, told)) {
      throw bad(operation, "leaves " + told + ", the tree holds " + found);
    }
  }

  private static BadDataException bad(RepoOp operation, String what) {
    return new BadDataException(
        "inversion", "the " + operation.action() + " of " + operation.path() + " " + what);
  }
}
