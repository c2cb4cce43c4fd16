package dev.millrace.atproto.mst;

import dev.millrace.atproto.cid.Cid;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A node in memory that can change: n keys, n values, n + 1 subtrees. Either it was made here, or
 * it stands for a block that is read when it is first needed.
 */
final class TreeNode {
  final int layer;

  /** The CID of the block with this node's content; null since it changed. */
  @Nullable Cid cid;

  /** Whether the node came to be, or changed, since the last commit. */
  boolean fresh;

  private boolean loaded;
  private List<String> keys = List.of();
  private List<Cid> values = List.of();
  private List<@Nullable TreeNode> subtrees = List.of();

  private TreeNode(int layer) {
    this.layer = layer;
  }

  /** A block that is not read yet. */
  static TreeNode of(Cid cid, int layer) {
    TreeNode node = new TreeNode(layer);
    node.cid = cid;
    return node;
  }

  static TreeNode of(MstNode block, Cid cid) {
    TreeNode node = of(cid, block.layer());
    node.load(block);
    return node;
  }

  /** A new node around one subtree, or around nothing. */
  static TreeNode around(int layer, @Nullable TreeNode subtree) {
    List<@Nullable TreeNode> subtrees = new ArrayList<>(2);
    subtrees.add(subtree);
    return made(layer, new ArrayList<>(2), new ArrayList<>(2), subtrees);
  }

  private static TreeNode made(
      int layer, List<String> keys, List<Cid> values, List<@Nullable TreeNode> subtrees) {
    TreeNode node = new TreeNode(layer);
    node.fresh = true;
    node.loaded = true;
    node.keys = keys;
    node.values = values;
    node.subtrees = subtrees;
    return node;
  }

  boolean isLoaded() {
    return loaded;
  }

  void load(MstNode block) {
    keys = block.keys();
    values = block.values();
    subtrees = new ArrayList<>(keys.size() + 1);
    for (Cid subtree : block.subtrees()) {
      subtrees.add(subtree == null ? null : of(subtree, layer - 1));
    }
    loaded = true;
  }

  int size() {
    return keys.size();
  }

  List<String> keys() {
    return keys;
  }

  String key(int index) {
    return keys.get(index);
  }

  Cid value(int index) {
    return values.get(index);
  }

  @Nullable TreeNode subtree(int index) {
    return subtrees.get(index);
  }

  /** The index of the key, or {@code -1 -} the index where it would be. */
  int search(String key) {
    return Collections.binarySearch(keys, key);
  }

  boolean isEmpty() {
    return keys.isEmpty() && subtrees.getFirst() == null;
  }

  Cid setValue(int index, Cid value) {
    changed();
    return values.set(index, value);
  }

  void setSubtree(int index, @Nullable TreeNode subtree) {
    changed();
    subtrees.set(index, subtree);
  }

  /** Puts a key between the two halves of the subtree that was at the index. */
  void insert(
      int index, String key, Cid value, @Nullable TreeNode before, @Nullable TreeNode after) {
    changed();
    keys.add(index, key);
    values.add(index, value);
    subtrees.set(index, before);
    subtrees.add(index + 1, after);
  }

  /** Takes a key away; one subtree is left where two were. */
  void remove(int index, @Nullable TreeNode merged) {
    changed();
    keys.remove(index);
    values.remove(index);
    subtrees.remove(index + 1);
    subtrees.set(index, merged);
  }

  /** What lies before the index, closed by a subtree; null if that is nothing. */
  @Nullable TreeNode head(int index, @Nullable TreeNode last) {
    List<@Nullable TreeNode> before = new ArrayList<>(subtrees.subList(0, index));
    before.add(last);
    return unlessEmpty(
        made(
            layer,
            new ArrayList<>(keys.subList(0, index)),
            new ArrayList<>(values.subList(0, index)),
            before));
  }

  /** What lies from the index on, opened by a subtree; null if that is nothing. */
  @Nullable TreeNode tail(int index, @Nullable TreeNode first) {
    List<@Nullable TreeNode> after = new ArrayList<>(subtrees.subList(index, subtrees.size()));
    after.set(0, first);
    return unlessEmpty(
        made(
            layer,
            new ArrayList<>(keys.subList(index, size())),
            new ArrayList<>(values.subList(index, size())),
            after));
  }

  /** This node and another of its layer to the right, which share the subtree in the middle. */
  TreeNode join(@Nullable TreeNode middle, TreeNode right) {
    List<String> allKeys = new ArrayList<>(keys);
    allKeys.addAll(right.keys);
    List<Cid> allValues = new ArrayList<>(values);
    allValues.addAll(right.values);
    List<@Nullable TreeNode> all = new ArrayList<>(subtrees.subList(0, size()));
    all.add(middle);
    all.addAll(right.subtrees.subList(1, right.subtrees.size()));
    return made(layer, allKeys, allValues, all);
  }

  /** The block of a loaded node whose subtrees have their CIDs. */
  byte[] encode() {
    List<@Nullable Cid> cids = new ArrayList<>(subtrees.size());
    for (TreeNode subtree : subtrees) {
      cids.add(subtree == null ? null : subtree.cid);
    }
    return MstNode.encode(keys, values, cids);
  }

  private static @Nullable TreeNode unlessEmpty(TreeNode node) {
    return node.isEmpty() ? null : node;
  }

  private void changed() {
    cid = null;
    fresh = true;
  }
}
