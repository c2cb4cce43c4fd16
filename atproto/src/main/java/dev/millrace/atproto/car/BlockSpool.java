package dev.millrace.atproto.car;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Blocks one after another, in memory until they outgrow it, then in a file. Not thread-safe.
 *
 * <pre>
 * entry = length(4, big-endian, of the block) cid(36) block
 * </pre>
 *
 * <p>A failing disk is our own trouble and never the sender's: {@link UncheckedIOException}. On
 * POSIX systems the file loses its name as soon as it is open, so a killed process leaves nothing.
 */
final class BlockSpool implements Closeable {
  private static final int HEAD_BYTES = 4 + CarReader.CID_LENGTH;
  private static final int WRITE_BUFFER_BYTES = 256 << 10;

  /** Nearly every block of a repository is smaller: one read brings it. */
  private static final int READ_BUFFER_BYTES = 1 << 10;

  private final Path folder;
  private final int memoryBytes;
  private byte[] memory = new byte[4 << 10];
  private @Nullable FileChannel file;

  /** Once in a file: what is not written yet begins at {@link #written}. */
  private ByteBuffer unwritten = ByteBuffer.allocate(0);

  private ByteBuffer readBuffer = ByteBuffer.allocate(0);
  private long written;
  private long size;

  BlockSpool(Path folder, int memoryBytes) {
    this.folder = folder;
    this.memoryBytes = memoryBytes;
  }

  /** Appends a block and returns its offset. */
  long append(byte[] cid, byte[] source, int start, int length) {
    long offset = size;
    int entryBytes = HEAD_BYTES + length;
    try {
      if (file == null && offset + entryBytes > memoryBytes) {
        spill();
      }
      ByteBuffer target = file == null ? room(entryBytes) : buffered(file, entryBytes);
      target.putInt(length).put(cid);
      put(target, source, start, length);
    } catch (IOException e) {
      throw new UncheckedIOException("spooling to " + folder, e);
    }
    size += entryBytes;
    return offset;
  }

  /** Whether the block at the offset has this CID. */
  boolean isAt(long offset, byte[] cid) {
    if (file == null) {
      int start = (int) offset + 4;
      return Arrays.equals(memory, start, start + cid.length, cid, 0, cid.length);
    }
    ByteBuffer entry = readAt(file, offset, HEAD_BYTES);
    for (int i = 0; i < cid.length; i++) {
      if (entry.get(4 + i) != cid[i]) {
        return false;
      }
    }
    return true;
  }

  /** The block at the offset if it has this CID, or null. */
  byte @Nullable [] readIfAt(long offset, byte[] cid) {
    if (file == null) {
      if (!isAt(offset, cid)) {
        return null;
      }
      int start = (int) offset + HEAD_BYTES;
      return Arrays.copyOfRange(
          memory, start, start + ByteBuffer.wrap(memory).getInt((int) offset));
    }
    ByteBuffer entry = readAt(file, offset, READ_BUFFER_BYTES);
    int length = entry.getInt();
    for (byte b : cid) {
      if (entry.get() != b) {
        return null;
      }
    }
    byte[] block = new byte[length];
    int here = Math.min(length, entry.remaining());
    entry.get(block, 0, here);
    if (here < length) {
      readFully(file, ByteBuffer.wrap(block, here, length - here), offset + HEAD_BYTES + here);
    }
    return block;
  }

  /** Writes out what is buffered and lets go of the buffer: no block is added any more. */
  void finish() {
    if (file != null) {
      try {
        flush(file);
      } catch (IOException e) {
        throw new UncheckedIOException("spooling to " + folder, e);
      }
      unwritten = ByteBuffer.allocate(0);
    }
  }

  boolean isInFile() {
    return file != null;
  }

  @Override
  public void close() throws IOException {
    if (file != null) {
      file.close();
    }
  }

  private void spill() throws IOException {
    Files.createDirectories(folder);
    FileChannel opened =
        FileChannel.open(
            Files.createTempFile(folder, "blocks-", ".spool"),
            StandardOpenOption.READ,
            StandardOpenOption.WRITE,
            StandardOpenOption.DELETE_ON_CLOSE);
    file = opened;
    writeFully(opened, ByteBuffer.wrap(memory, 0, (int) size));
    memory = new byte[0];
    unwritten = ByteBuffer.allocateDirect(WRITE_BUFFER_BYTES);
    readBuffer = ByteBuffer.allocateDirect(READ_BUFFER_BYTES);
  }

  private ByteBuffer room(int entryBytes) {
    int needed = (int) size + entryBytes;
    if (needed > memory.length) {
      memory = Arrays.copyOf(memory, Math.min(memoryBytes, Math.max(needed, memory.length * 2)));
    }
    return ByteBuffer.wrap(memory, (int) size, entryBytes);
  }

  /** The write buffer, with room for the head at least. */
  private ByteBuffer buffered(FileChannel channel, int entryBytes) throws IOException {
    if (unwritten.remaining() < Math.min(entryBytes, WRITE_BUFFER_BYTES)) {
      flush(channel);
    }
    return unwritten;
  }

  private void put(ByteBuffer target, byte[] source, int start, int length) throws IOException {
    int done = Math.min(length, target.remaining());
    target.put(source, start, done);
    if (done < length && file != null) {
      flush(file);
      writeFully(file, ByteBuffer.wrap(source, start + done, length - done));
    }
  }

  private void flush(FileChannel channel) throws IOException {
    unwritten.flip();
    writeFully(channel, unwritten);
    unwritten.clear();
  }

  private void writeFully(FileChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      written += channel.write(bytes, written);
    }
  }

  /** The entry at the offset, as much of it as the file and the buffer hold. */
  private ByteBuffer readAt(FileChannel channel, long offset, int bytes) {
    try {
      if (unwritten.position() > 0) {
        flush(channel);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("spooling to " + folder, e);
    }
    readBuffer.clear().limit((int) Math.min(bytes, size - offset));
    readFully(channel, readBuffer, offset);
    return readBuffer.flip();
  }

  private void readFully(FileChannel channel, ByteBuffer target, long offset) {
    try {
      long at = offset;
      while (target.hasRemaining()) {
        int read = channel.read(target, at);
        if (read < 0) {
          throw new EOFException("the spool ends at " + at + " of " + size);
        }
        at += read;
      }
    } catch (IOException e) {
      throw new UncheckedIOException("reading the spool in " + folder, e);
    }
  }
}
