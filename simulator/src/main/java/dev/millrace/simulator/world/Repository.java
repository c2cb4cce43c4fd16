package dev.millrace.simulator.world;

import dev.millrace.atproto.car.CarWriter;
import dev.millrace.atproto.cid.Cid;
import dev.millrace.atproto.crypto.SigningKey;
import dev.millrace.atproto.mst.MutableMst;
import dev.millrace.atproto.repo.Commit;
import dev.millrace.atproto.repo.RepoOp;
import dev.millrace.atproto.stream.CommitMessage;
import dev.millrace.atproto.syntax.Did;
import dev.millrace.atproto.syntax.Tid;
import dev.millrace.simulator.event.StreamEvent;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A repo: its records, their tree and the newest commit. Guarded by the world's lock: written under
 * the write lock, and between two commits any number of readers may read it.
 */
final class Repository {
  /** Sorts after every character of a key. */
  private static final char AFTER_ALL = '\u007f';

  private final Did did;
  private final MutableMst tree = MutableMst.empty();

  /** The records by path, in the order of the tree; the keys are the tree's own strings. */
  private final TreeMap<String, byte[]> records = new TreeMap<>();

  private @Nullable Commit commit;
  private @Nullable Cid head;

  Repository(Did did) {
    this.did = did;
  }

  /** Puts a record in without a commit: {@link #commit} must follow before anybody reads. */
  void load(Write write) {
    byte[] block = write.block();
    if (block == null) {
      throw new IllegalArgumentException("a delete cannot be loaded");
    }
    records.put(write.path(), block);
    tree.put(write.path(), write.requireCid());
  }

  /** Applies writes to as many paths and signs; returns the event that tells of it. */
  StreamEvent commit(List<Write> writes, SigningKey key, Tid rev, String time) {
    Commit before = commit;
    Map<Cid, byte[]> changed = new LinkedHashMap<>();
    List<RepoOp> ops = new ArrayList<>();
    for (Write write : writes) {
      RepoOp op = apply(write);
      byte[] block = write.block();
      if (block != null) {
        changed.put(write.requireCid(), block);
      }
      ops.add(op);
    }
    Commit after = Commit.sign(did, rev, tree.root(), null, key);
    byte[] block = after.encode();
    Cid cid = Cid.dagCbor(block);
    commit = after;
    head = cid;
    Map<Cid, byte[]> blocks = new LinkedHashMap<>();
    blocks.put(cid, block);
    blocks.putAll(tree.commitBlocks(ops.stream().map(RepoOp::path).toList()));
    blocks.putAll(changed);
    byte[] car = CarWriter.toBytes(cid, blocks);
    String since = before == null ? null : before.rev().value();
    Cid prevData = before == null ? MutableMst.empty().root() : before.data();
    List<RepoOp> told = List.copyOf(ops);
    return new StreamEvent(
        did.value(),
        seq -> new CommitMessage(seq, did, rev, since, cid, prevData, false, car, told, time));
  }

  private RepoOp apply(Write write) {
    byte[] block = write.block();
    if (block == null) {
      records.remove(write.path());
      Cid before = tree.delete(write.path());
      if (before == null) {
        throw new IllegalArgumentException("nothing to delete at " + write.path());
      }
      return RepoOp.delete(write.path(), before);
    }
    records.put(write.path(), block);
    Cid cid = write.requireCid();
    Cid before = tree.put(write.path(), cid);
    return before == null
        ? RepoOp.create(write.path(), cid)
        : RepoOp.update(write.path(), cid, before);
  }

  Commit lastCommit() {
    if (commit == null) {
      throw new IllegalStateException("no commit yet");
    }
    return commit;
  }

  Cid head() {
    if (head == null) {
      throw new IllegalStateException("no commit yet");
    }
    return head;
  }

  byte @Nullable [] get(String path) {
    return records.get(path);
  }

  int size() {
    return records.size();
  }

  /** The records under a prefix such as {@code collection/}, in order. */
  NavigableMap<String, byte[]> under(String prefix) {
    return records.subMap(prefix, true, prefix + AFTER_ALL, false);
  }

  /** The collections there is a record of, in order. */
  List<String> collections() {
    List<String> found = new ArrayList<>();
    String path = records.isEmpty() ? null : records.firstKey();
    while (path != null) {
      String collection = path.substring(0, path.indexOf('/'));
      found.add(collection);
      path = records.higherKey(collection + "/" + AFTER_ALL);
    }
    return found;
  }

  /** Some record of a collection, or null if there is none. */
  @Nullable String any(String collection, RandomGenerator random) {
    String prefix = collection + "/";
    String first = records.ceilingKey(prefix);
    if (first == null || !first.startsWith(prefix)) {
      return null;
    }
    String last = records.lowerKey(prefix + AFTER_ALL);
    if (last == null) {
      throw new IllegalStateException("a first record and no last one");
    }
    String found = records.ceilingKey(between(first, last, prefix.length(), random));
    return found == null || found.compareTo(last) > 0 ? last : found;
  }

  /** A text between two of which the letters after the common prefix are drawn. */
  private static String between(String low, String high, int from, RandomGenerator random) {
    int i = from;
    while (i < low.length() && i < high.length() && low.charAt(i) == high.charAt(i)) {
      i++;
    }
    if (i >= low.length() || i >= high.length()) {
      return low;
    }
    StringBuilder probe = new StringBuilder(low.substring(0, i));
    probe.append((char) random.nextInt(low.charAt(i), high.charAt(i) + 1));
    for (int more = 0; more < 3; more++) {
      probe.append((char) random.nextInt('2', 'z' + 1));
    }
    return probe.toString();
  }

  /** Every record with its CID, in order. */
  void forEachRecord(RepoTruth.RecordVisitor visitor) {
    var blocks = records.values().iterator();
    tree.forEachEntry(
        (path, cid) -> {
          int slash = path.indexOf('/');
          visitor.visit(path.substring(0, slash), path.substring(slash + 1), cid, blocks.next());
        });
  }

  /** All blocks as they are now; what comes later does not change them. */
  RepoBlocks blocks() {
    Cid root = head();
    RepoBlocks blocks = new RepoBlocks(root);
    blocks.add(root, lastCommit().encode());
    tree.forEachBlock(blocks::add);
    forEachRecord((collection, rkey, cid, block) -> blocks.add(cid, block));
    return blocks;
  }
}
