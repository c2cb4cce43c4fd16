package dev.millrace.atproto.car;

import dev.millrace.atproto.BadDataException;
import dev.millrace.atproto.cbor.CborReader;
import dev.millrace.atproto.cid.Cid;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Reads a CAR v1 as it comes, block by block, and checks each block's hash. Not thread-safe; closes
 * nothing.
 *
 * <pre>
 * car     = varint(length) header section...
 * header  = { roots: [link...], version: 1 }     ; DAG-CBOR, at least one root
 * section = varint(length) cid block             ; the length counts both; the CID has 36 bytes
 * </pre>
 *
 * <p>Varints are unsigned LEB128 in their shortest form. Reasons of {@code BadDataException}: "car"
 * for what is no CAR, "block-hash" for a block that is not what its CID says, "too-big" past a
 * limit, "incomplete" for an end in the middle. An archive cut between two blocks reads cleanly:
 * whether all is there is for the reader of the tree to say.
 *
 * @see <a href="https://ipld.io/specs/transport/car/carv1/">CAR v1</a>
 */
public final class CarReader {
  static final int CID_LENGTH = 36;

  private static final int MAX_HEADER_BYTES = 8 << 10;
  private static final int INITIAL_BUFFER_BYTES = 64 << 10;
  private static final int MAX_VARINT_BYTES = 9;

  private final InputStream in;
  private final CarLimits limits;
  private final List<Cid> roots;
  private byte[] buffer = new byte[INITIAL_BUFFER_BYTES];
  private int position;
  private int end;
  private long bodyBytes;
  private int blocks;
  private Cid cid;
  private int blockStart;

  /**
   * Reads the header.
   *
   * @throws IOException only what the stream itself throws
   */
  public CarReader(InputStream in, CarLimits limits) throws IOException {
    this.in = in;
    this.limits = limits;
    if (!require(1)) {
      throw incomplete("the body is empty");
    }
    int length = length(MAX_HEADER_BYTES, "a header");
    this.roots = header(new CborReader(buffer, position, length));
    this.position += length;
    this.cid = roots.getFirst();
    this.blockStart = position;
  }

  /** At least one; the first is what the archive is about. */
  public List<Cid> roots() {
    return roots;
  }

  /** Reads the next block; false at the end. */
  public boolean next() throws IOException {
    if (!require(1)) {
      return false;
    }
    int length = length(limits.maxBlockBytes() + (long) CID_LENGTH, "a block");
    if (length < CID_LENGTH) {
      throw bad("a section of " + length + " bytes");
    }
    if (++blocks > limits.maxBlocks()) {
      throw tooBig("more than " + limits.maxBlocks() + " blocks");
    }
    cid = sectionCid();
    blockStart = position + CID_LENGTH;
    position += length;
    if (!cid.matches(buffer, blockStart, position - blockStart)) {
      throw new BadDataException("block-hash", "a block is not what its CID says: " + cid);
    }
    return true;
  }

  /** The CID of the last block read. */
  public Cid cid() {
    return cid;
  }

  /** A copy of the last block read. */
  public byte[] block() {
    return Arrays.copyOfRange(buffer, blockStart, position);
  }

  /**
   * Where the last block read lies until the next is: {@link #blockStart}, {@link #blockLength}.
   */
  byte[] buffer() {
    return buffer;
  }

  int blockStart() {
    return blockStart;
  }

  int blockLength() {
    return position - blockStart;
  }

  private Cid sectionCid() {
    Cid read;
    try {
      read = Cid.read(buffer, position, CID_LENGTH);
    } catch (BadDataException e) {
      throw new BadDataException("car", "a section does not begin with a CID", e);
    }
    if (!read.isSha256()) {
      throw bad("a block's hash is not SHA-256");
    }
    return read;
  }

  private static List<Cid> header(CborReader header) {
    try {
      if (header.beginMap() != 2 || !header.readKey().equals("roots")) {
        throw bad("the header is not {roots, version}");
      }
      List<Cid> roots = new ArrayList<>();
      for (int left = header.beginArray(); left > 0; left--) {
        roots.add(header.readLink());
      }
      header.end();
      if (!header.readKey().equals("version") || header.readInteger() != 1) {
        throw bad("the archive is not of version 1");
      }
      header.end();
      header.requireEnd();
      if (roots.isEmpty()) {
        throw bad("the header names no root");
      }
      return List.copyOf(roots);
    } catch (BadDataException e) {
      throw e.reason().equals("car")
          ? e
          : new BadDataException("car", "the header is not DAG-CBOR: " + e.getMessage(), e);
    }
  }

  /** Reads a length and sees that as many bytes follow in the buffer. */
  private int length(long most, String what) throws IOException {
    long length = varint();
    if (length > most) {
      throw tooBig(what + " of " + length + " bytes");
    }
    if (length == 0) {
      throw bad(what + " of no bytes");
    }
    if (!require((int) length)) {
      throw incomplete("the body ends within " + what);
    }
    return (int) length;
  }

  private long varint() throws IOException {
    long value = 0;
    for (int i = 0; i < MAX_VARINT_BYTES; i++) {
      if (!require(1)) {
        throw incomplete("the body ends within a length");
      }
      byte b = buffer[position++];
      value |= (long) (b & 0x7F) << (7 * i);
      if (b >= 0) {
        if (b == 0 && i > 0) {
          throw bad("a length is not in its shortest form");
        }
        return value;
      }
    }
    throw bad("a length does not end");
  }

  /** Sees that so many bytes lie in the buffer from the position on; false at the end. */
  private boolean require(int count) throws IOException {
    if (end - position >= count) {
      return true;
    }
    if (buffer.length - position < count) {
      makeRoom(count);
    }
    while (end - position < count) {
      int read = in.read(buffer, end, buffer.length - end);
      if (read < 0) {
        return false;
      }
      end += read;
      bodyBytes += read;
      if (bodyBytes > limits.maxBodyBytes()) {
        throw tooBig("a body of more than " + limits.maxBodyBytes() + " bytes");
      }
    }
    return true;
  }

  private void makeRoom(int count) {
    byte[] target = count <= buffer.length ? buffer : new byte[Math.max(count, buffer.length * 2)];
    System.arraycopy(buffer, position, target, 0, end - position);
    end -= position;
    position = 0;
    buffer = target;
  }

  private static BadDataException bad(String message) {
    return new BadDataException("car", message);
  }

  private static BadDataException tooBig(String message) {
    return new BadDataException("too-big", message);
  }

  private static BadDataException incomplete(String message) {
    return new BadDataException("incomplete", message);
  }
}
