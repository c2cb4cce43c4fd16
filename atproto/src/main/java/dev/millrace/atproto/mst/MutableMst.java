package dev.millrace.atproto.mst;

import dev.millrace.atproto.BadDataException;
import dev.millrace.atproto.car.BlockSource;
import dev.millrace.atproto.cid.Cid;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A tree that can change. Not thread-safe.
 *
 * <p>It may start from a root whose nodes are not all at hand: a node is read when it is needed,
 * and only then a missing one is {@code BadDataException} "incomplete". A change that ends so
 * leaves the tree unusable.
 *
 * <p>A change costs one path from the root: O(log n). The CIDs of what did not change are kept, so
 * {@link #root()} hashes only what did. Nodes keep keys and values, not their encoded blocks.
 */
public final class MutableMst {
  private final BlockSource source;
  private final KeyLayers layers = new KeyLayers();
  private TreeNode root;

  private MutableMst(BlockSource source, TreeNode root) {
    this.source = source;
    this.root = root;
  }

  public static MutableMst empty() {
    return new MutableMst(cid -> null, TreeNode.around(0, null));
  }

  /** The tree below a root, read as far as it is needed; the root itself at once. */
  public static MutableMst load(BlockSource source, Cid root) {
    byte[] block = source.get(root);
    if (block == null) {
      throw missing(root);
    }
    MstNode node = MstNode.decode(block, MstNode.ROOT, new KeyLayers());
    return new MutableMst(source, TreeNode.of(node, root));
  }

  /** The key's value, or null. Reads no deeper than the key's own layer. */
  public @Nullable Cid get(String key) {
    int layer = layers.of(key);
    TreeNode node = root;
    while (node != null && node.layer >= layer) {
      load(node);
      int index = node.search(key);
      if (index >= 0) {
        return node.value(index);
      }
      node = node.subtree(-1 - index);
    }
    return null;
  }

  /**
   * Inserts the key or replaces its value.
   *
   * @param key printable ASCII, {@code collection/rkey}
   * @return the value before, or null
   */
  public @Nullable Cid put(String key, Cid value) {
    int layer = layers.of(key);
    load(root);
    if (root.layer < layer || root.isEmpty()) {
      Split split = root.isEmpty() ? Split.NOTHING : split(root, key);
      TreeNode top = TreeNode.around(layer, null);
      top.insert(0, key, value, raise(split.before, layer - 1), raise(split.after, layer - 1));
      root = top;
      return null;
    }
    return put(root, layer, key, value);
  }

  private @Nullable Cid put(TreeNode node, int layer, String key, Cid value) {
    load(node);
    int found = node.search(key);
    if (found >= 0) {
      return node.setValue(found, value);
    }
    int index = -1 - found;
    TreeNode subtree = node.subtree(index);
    if (node.layer == layer) {
      Split split = split(subtree, key);
      node.insert(index, key, value, split.before, split.after);
      return null;
    }
    Cid before = null;
    if (subtree == null) {
      TreeNode leaf = TreeNode.around(layer, null);
      leaf.insert(0, key, value, null, null);
      subtree = raise(leaf, node.layer - 1);
    } else {
      before = put(subtree, layer, key, value);
    }
    node.setSubtree(index, subtree);
    return before;
  }

  /** Takes the key away. Returns the value it had, or null: then nothing changed. */
  public @Nullable Cid delete(String key) {
    Cid before = delete(root, layers.of(key), key);
    if (before != null) {
      trim();
    }
    return before;
  }

  private @Nullable Cid delete(@Nullable TreeNode node, int layer, String key) {
    if (node == null || node.layer < layer) {
      return null;
    }
    load(node);
    int found = node.search(key);
    if (found >= 0) {
      Cid before = node.value(found);
      node.remove(found, merge(node.subtree(found), node.subtree(found + 1)));
      return before;
    }
    int index = -1 - found;
    TreeNode subtree = node.subtree(index);
    Cid before = delete(subtree, layer, key);
    if (before != null && subtree != null) {
      node.setSubtree(index, subtree.isEmpty() ? null : subtree);
    }
    return before;
  }

  /**
   * The root has a key, unless the tree is empty: then it lies at layer 0. A node that is not at
   * hand is taken for one that has keys: if that is wrong, the root's CID tells.
   */
  private void trim() {
    while (root.isLoaded() && root.size() == 0) {
      TreeNode subtree = root.subtree(0);
      if (subtree == null) {
        root = TreeNode.around(0, null);
        return;
      }
      tryLoad(subtree);
      root = subtree;
    }
  }

  private Split split(@Nullable TreeNode node, String key) {
    if (node == null) {
      return Split.NOTHING;
    }
    load(node);
    int index = -1 - node.search(key);
    if (index < 0) {
      throw MstNode.bad("a key below its layer");
    }
    Split inner = split(node.subtree(index), key);
    if (index == 0 && inner.before == null) {
      return new Split(null, node);
    }
    if (index == node.size() && inner.after == null) {
      return new Split(node, null);
    }
    return new Split(node.head(index, inner.before), node.tail(index, inner.after));
  }

  private record Split(@Nullable TreeNode before, @Nullable TreeNode after) {
    static final Split NOTHING = new Split(null, null);
  }

  private @Nullable TreeNode merge(@Nullable TreeNode left, @Nullable TreeNode right) {
    if (left == null || right == null) {
      return left == null ? right : left;
    }
    load(left);
    load(right);
    return left.join(merge(left.subtree(left.size()), right.subtree(0)), right);
  }

  /** Puts empty nodes above a subtree until it reaches the layer. */
  private static @Nullable TreeNode raise(@Nullable TreeNode subtree, int layer) {
    TreeNode top = subtree;
    while (top != null && top.layer < layer) {
      top = TreeNode.around(top.layer + 1, top);
    }
    return top;
  }

  /** The CID of the root, with what changed since the last call hashed anew. */
  public Cid root() {
    return cid(root);
  }

  private Cid cid(TreeNode node) {
    Cid known = node.cid;
    if (known != null) {
      return known;
    }
    for (int i = 0; i <= node.size(); i++) {
      TreeNode subtree = node.subtree(i);
      if (subtree != null) {
        cid(subtree);
      }
    }
    Cid cid = Cid.dagCbor(node.encode());
    node.cid = cid;
    return cid;
  }

  /** Every block of the tree, each node before its subtrees. Reads what was not read yet. */
  public void forEachBlock(BlockVisitor visitor) {
    root();
    visitBlocks(root, visitor);
  }

  private void visitBlocks(TreeNode node, BlockVisitor visitor) {
    load(node);
    visitor.visit(cid(node), node.encode());
    for (int i = 0; i <= node.size(); i++) {
      TreeNode subtree = node.subtree(i);
      if (subtree != null) {
        visitBlocks(subtree, visitor);
      }
    }
  }

  /** Every key with its value, in order. Reads what was not read yet. */
  public void forEachEntry(MstVisitor visitor) {
    visitEntries(root, visitor);
  }

  private void visitEntries(@Nullable TreeNode node, MstVisitor visitor) {
    if (node == null) {
      return;
    }
    load(node);
    visitEntries(node.subtree(0), visitor);
    for (int i = 0; i < node.size(); i++) {
      visitor.visit(node.key(i), node.value(i));
      visitEntries(node.subtree(i + 1), visitor);
    }
  }

  /**
   * The blocks that a commit must carry: the root, the nodes that came to be since the last call,
   * and of the rest those that a reader needs to invert the operations.
   *
   * @param touched the keys of all operations since the last call
   */
  public Map<Cid, byte[]> commitBlocks(Collection<String> touched) {
    root();
    Map<Cid, byte[]> blocks = new LinkedHashMap<>();
    add(root, blocks);
    takeFresh(root, blocks);
    blocks.putAll(proof(touched));
    return blocks;
  }

  /** Whatever lies above a fresh node is fresh too. */
  private void takeFresh(@Nullable TreeNode node, Map<Cid, byte[]> blocks) {
    if (node == null || !node.fresh) {
      return;
    }
    node.fresh = false;
    blocks.put(cid(node), node.encode());
    for (int i = 0; i <= node.size(); i++) {
      takeFresh(node.subtree(i), blocks);
    }
  }

  /**
   * The nodes that prove each key's value, or its absence, and its neighbours on both sides: enough
   * to insert it, delete it or change it without any other node.
   */
  public Map<Cid, byte[]> proof(Collection<String> keys) {
    root();
    Map<Cid, byte[]> blocks = new LinkedHashMap<>();
    for (String key : keys) {
      prove(root, key, blocks);
    }
    return blocks;
  }

  private void prove(@Nullable TreeNode node, String key, Map<Cid, byte[]> blocks) {
    if (node == null) {
      return;
    }
    add(node, blocks);
    int found = node.search(key);
    if (found < 0) {
      prove(node.subtree(-1 - found), key, blocks);
      return;
    }
    for (TreeNode last = node.subtree(found); last != null; last = last.subtree(last.size())) {
      add(last, blocks);
    }
    for (TreeNode first = node.subtree(found + 1); first != null; first = first.subtree(0)) {
      add(first, blocks);
    }
  }

  private void add(TreeNode node, Map<Cid, byte[]> blocks) {
    load(node);
    Cid cid = cid(node);
    if (!blocks.containsKey(cid)) {
      blocks.put(cid, node.encode());
    }
  }

  private void load(TreeNode node) {
    tryLoad(node);
    if (!node.isLoaded()) {
      throw missing(node.cid);
    }
  }

  private void tryLoad(TreeNode node) {
    Cid cid = node.cid;
    if (!node.isLoaded() && cid != null) {
      byte[] block = source.get(cid);
      if (block != null) {
        node.load(MstNode.decode(block, node.layer, layers));
      }
    }
  }

  private static BadDataException missing(@Nullable Cid cid) {
    return new BadDataException("incomplete", "the tree's node " + cid + " is missing");
  }

  /** Takes the blocks of a tree. */
  @FunctionalInterface
  public interface BlockVisitor {
    void visit(Cid cid, byte[] block);
  }
}
