package dev.millrace.simulator.world;

import dev.millrace.atproto.car.CarWriter;
import dev.millrace.atproto.cid.Cid;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;

/** The blocks of a repo at a moment: the commit, the tree, the records. */
public final class RepoBlocks {
  private final Cid root;
  private final List<Cid> cids = new ArrayList<>();
  private final List<byte[]> blocks = new ArrayList<>();

  RepoBlocks(Cid root) {
    this.root = root;
  }

  void add(Cid cid, byte[] block) {
    cids.add(cid);
    blocks.add(block);
  }

  /** The CID of the commit. */
  public Cid root() {
    return root;
  }

  public int size() {
    return cids.size();
  }

  /** The block of the commit. */
  public byte[] commit() {
    return blocks.getFirst();
  }

  /** The same below another commit. */
  public RepoBlocks withCommit(byte[] commit) {
    RepoBlocks other = new RepoBlocks(Cid.dagCbor(commit));
    other.cids.addAll(cids);
    other.blocks.addAll(blocks);
    other.cids.set(0, other.root);
    other.blocks.set(0, commit);
    return other;
  }

  /** The same with one block exchanged, whose CID then lies. */
  public RepoBlocks withBlock(int index, byte[] block) {
    RepoBlocks other = new RepoBlocks(root);
    other.cids.addAll(cids);
    other.blocks.addAll(blocks);
    other.blocks.set(index, block);
    return other;
  }

  public byte[] block(int index) {
    return blocks.get(index).clone();
  }

  /** Writes the first so many blocks as a CAR. */
  public void writeTo(OutputStream out, int count) throws IOException {
    CarWriter car = new CarWriter(out, root);
    for (int i = 0; i < count; i++) {
      car.write(cids.get(i), blocks.get(i));
    }
  }
}
