package dev.millrace.atproto.repo;

import dev.millrace.atproto.BadDataException;
import dev.millrace.atproto.car.BlockSource;
import dev.millrace.atproto.car.SpooledCar;
import dev.millrace.atproto.cid.Cid;
import dev.millrace.atproto.crypto.PublicKey;
import dev.millrace.atproto.mst.MstCursor;
import dev.millrace.atproto.mst.MstReader;
import dev.millrace.atproto.syntax.Did;
import java.time.Instant;

/**
 * A whole repository at one commit: the tree is well-formed and complete, every record's block is
 * there, and the commit is signed by the DID's key. There is no other way to come by one.
 *
 * <p>One thread at a time, as the archive below it.
 *
 * @see <a href="https://atproto.com/specs/repository">repository</a>
 */
public final class RepoSnapshot {
  private final BlockSource blocks;
  private final Cid commitCid;
  private final Commit commit;
  private final long recordCount;

  private RepoSnapshot(BlockSource blocks, Cid commitCid, Commit commit, long recordCount) {
    this.blocks = blocks;
    this.commitCid = commitCid;
    this.commit = commit;
    this.recordCount = recordCount;
  }

  /**
   * Verifies an archive, which must stay open for as long as the snapshot is used.
   *
   * <p>Reasons of {@code BadDataException}, in the order of the checks: "incomplete" first, for a
   * cut body says nothing more; "mst" for a malformed tree; "commit" for a commit of another
   * repository, another version, or the future; "signature".
   */
  public static RepoSnapshot open(SpooledCar car, Did did, PublicKey key, Instant now) {
    return open(car, car.root(), did, key, now);
  }

  /** The same out of any blocks that match their CIDs. */
  public static RepoSnapshot open(
      BlockSource blocks, Cid root, Did did, PublicKey key, Instant now) {
    byte[] block = blocks.get(root);
    if (block == null) {
      throw new BadDataException("incomplete", "the commit " + root + " is missing");
    }
    long recordCount =
        MstReader.walk(blocks, Commit.dataOf(block), (path, cid) -> require(blocks, path, cid));
    Commit commit = Commit.decode(block);
    if (!commit.did().equals(did)) {
      throw Commit.bad("a commit of " + commit.did() + ", not of " + did);
    }
    commit.requireRevNotAhead(now);
    if (!commit.verify(key)) {
      throw new BadDataException("signature", "the commit of " + did + " is not signed by its key");
    }
    return new RepoSnapshot(blocks, root, commit, recordCount);
  }

  private static void require(BlockSource blocks, String path, Cid cid) {
    if (!blocks.contains(cid)) {
      throw new BadDataException("incomplete", "the record " + path + " is missing");
    }
  }

  public Commit commit() {
    return commit;
  }

  public Cid commitCid() {
    return commitCid;
  }

  public long recordCount() {
    return recordCount;
  }

  /**
   * The records after a key.
   *
   * @param after {@code collection/rkey}, there or not; the empty text for all
   */
  public RecordCursor records(String after) {
    return new RecordCursor(blocks, new MstCursor(blocks, commit.data(), after));
  }

  /** Every record, in order. */
  public void forEachRecord(RecordVisitor visitor) {
    RecordCursor cursor = records("");
    while (cursor.next()) {
      visitor.visit(cursor.collection(), cursor.rkey(), cursor.cid(), cursor.block());
    }
  }

  /** Takes the records of a repository. */
  @FunctionalInterface
  public interface RecordVisitor {
    void visit(String collection, String rkey, Cid cid, byte[] block);
  }
}
