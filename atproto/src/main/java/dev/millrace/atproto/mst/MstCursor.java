package dev.millrace.atproto.mst;

import dev.millrace.atproto.BadDataException;
import dev.millrace.atproto.car.BlockSource;
import dev.millrace.atproto.cid.Cid;
import dev.millrace.atproto.syntax.Nsid;
import dev.millrace.atproto.syntax.RecordKey;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Goes through a tree key by key, and can begin anywhere. Not thread-safe.
 *
 * <p>It holds the nodes between the root and the current key and no more. Everything it passes is
 * checked: all that {@link MstNode} says of one block, children exactly one layer below their
 * parent, keys that strictly rise across the whole tree and are valid repo paths. A broken rule is
 * {@code BadDataException} "mst", a missing node "incomplete". Layers fall from at most 128, so
 * neither a loop nor a deep chain can hold it up.
 */
public final class MstCursor {
  private final BlockSource source;
  private final KeyLayers layers = new KeyLayers();
  private final Deque<Frame> frames = new ArrayDeque<>();
  private String key;
  private @Nullable Cid value;
  private String collectionAndSlash = "";
  private long nodes;

  /**
   * A cursor before the first key after the given one.
   *
   * @param after a key, there or not; the empty text for the beginning
   */
  public MstCursor(BlockSource source, Cid root, String after) {
    this.source = source;
    this.key = after;
    push(root, MstNode.ROOT);
    if (!after.isEmpty()) {
      seek(after);
    }
  }

  /** Moves to the next key; false at the end. */
  public boolean next() {
    while (!frames.isEmpty()) {
      Frame frame = frames.getLast();
      MstNode node = frame.node;
      int step = frame.step++;
      if (step > 2 * node.keys().size()) {
        frames.removeLast();
      } else if (step % 2 == 0) {
        Cid subtree = node.subtrees().get(step / 2);
        if (subtree != null) {
          push(subtree, node.layer() - 1);
        }
      } else {
        take(node.keys().get(step / 2), node.values().get(step / 2));
        return true;
      }
    }
    return false;
  }

  /** {@code collection/rkey}; what was begun after, until {@link #next()} was true. */
  public String key() {
    return key;
  }

  /** The CID of the record. */
  public Cid value() {
    if (value == null) {
      throw new IllegalStateException("the cursor is before the first key");
    }
    return value;
  }

  /** How many nodes were read so far. */
  public long nodes() {
    return nodes;
  }

  private void take(String next, Cid nextValue) {
    if (next.compareTo(key) <= 0) {
      throw MstNode.bad("keys do not rise: \"" + next + "\" comes after \"" + key + "\"");
    }
    requirePath(next);
    key = next;
    value = nextValue;
  }

  private void requirePath(String path) {
    int collectionEnd = collectionAndSlash.length();
    if (collectionEnd == 0 || !path.startsWith(collectionAndSlash)) {
      collectionEnd = path.indexOf('/') + 1;
      if (collectionEnd == 0 || !Nsid.isValid(path.substring(0, collectionEnd - 1))) {
        throw MstNode.bad("not a repo path: \"" + path + "\"");
      }
      collectionAndSlash = path.substring(0, collectionEnd);
    }
    if (!RecordKey.isValid(path.substring(collectionEnd))) {
      throw MstNode.bad("not a repo path: \"" + path + "\"");
    }
  }

  /** Leaves on the stack only what comes after the key. */
  private void seek(String after) {
    while (true) {
      Frame frame = frames.getLast();
      MstNode node = frame.node;
      int index = 0;
      while (index < node.keys().size() && node.keys().get(index).compareTo(after) <= 0) {
        index++;
      }
      frame.step = 2 * index + 1;
      Cid subtree = node.subtrees().get(index);
      if (subtree == null) {
        return;
      }
      push(subtree, node.layer() - 1);
    }
  }

  private void push(Cid cid, int layer) {
    byte[] block = source.get(cid);
    if (block == null) {
      throw new BadDataException("incomplete", "the tree's node " + cid + " is missing");
    }
    frames.addLast(new Frame(MstNode.decode(block, layer, layers)));
    nodes++;
  }

  /** A node and the next step in it: 2i is subtree i, 2i + 1 is key i. */
  private static final class Frame {
    final MstNode node;
    int step;

    Frame(MstNode node) {
      this.node = node;
    }
  }
}
