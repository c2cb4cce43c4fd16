package dev.millrace.atproto.car;

import dev.millrace.atproto.cid.Cid;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A whole archive, every block found by its CID: small ones in memory, others in a file that goes
 * away on {@link #close}. A repeated block is kept once.
 *
 * <p>One thread at a time may use it. Interrupting that thread within a read closes the file, as
 * for every {@code FileChannel}: the archive is of no use then.
 */
public final class SpooledCar implements BlockSource, Closeable {
  private final List<Cid> roots;
  private final BlockIndex index;
  private final BlockSpool spool;
  private final long blockBytes;
  private final byte[] cidBytes = new byte[CarReader.CID_LENGTH];

  private SpooledCar(List<Cid> roots, BlockIndex index, BlockSpool spool, long blockBytes) {
    this.roots = roots;
    this.index = index;
    this.spool = spool;
    this.blockBytes = blockBytes;
  }

  /**
   * Reads an archive to its end with every check of {@link CarReader}. Closes the spool, not the
   * stream, if it fails.
   *
   * @param spoolDir made if it is absent and needed
   * @throws IOException only what the stream itself throws; a failing disk is an {@code
   *     UncheckedIOException}
   */
  public static SpooledCar read(InputStream in, CarLimits limits, Path spoolDir)
      throws IOException {
    BlockSpool spool = new BlockSpool(spoolDir, limits.memoryBytes());
    boolean done = false;
    try {
      CarReader reader = new CarReader(in, limits);
      BlockIndex index = new BlockIndex();
      byte[] cid = new byte[CarReader.CID_LENGTH];
      long bytes = 0;
      while (reader.next()) {
        reader.cid().copyTo(cid, 0);
        if (index.find(cid, spool::isAt) == BlockIndex.ABSENT) {
          index.add(
              cid, spool.append(cid, reader.buffer(), reader.blockStart(), reader.blockLength()));
          bytes += reader.blockLength();
        }
      }
      spool.finish();
      done = true;
      return new SpooledCar(reader.roots(), index, spool, bytes);
    } finally {
      if (!done) {
        spool.close();
      }
    }
  }

  /** At least one. */
  public List<Cid> roots() {
    return roots;
  }

  /** What the archive is about. */
  public Cid root() {
    return roots.getFirst();
  }

  @Override
  public byte @Nullable [] get(Cid cid) {
    byte[][] found = new byte[1][];
    find(cid, (offset, wanted) -> (found[0] = spool.readIfAt(offset, wanted)) != null);
    return found[0];
  }

  @Override
  public boolean contains(Cid cid) {
    return find(cid, spool::isAt) != BlockIndex.ABSENT;
  }

  /** The number of different blocks. */
  public int blockCount() {
    return index.size();
  }

  /** The length of all different blocks together. */
  public long blockBytes() {
    return blockBytes;
  }

  /** The memory that finding the blocks takes. */
  public long indexBytes() {
    return index.memoryBytes();
  }

  /** Whether the blocks lie in a file. */
  public boolean isSpooled() {
    return spool.isInFile();
  }

  @Override
  public void close() throws IOException {
    spool.close();
  }

  private long find(Cid cid, BlockIndex.Comparison comparison) {
    if (!cid.isSha256()) {
      return BlockIndex.ABSENT;
    }
    cid.copyTo(cidBytes, 0);
    return index.find(cidBytes, comparison);
  }
}
