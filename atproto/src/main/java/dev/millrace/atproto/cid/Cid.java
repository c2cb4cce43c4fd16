package dev.millrace.atproto.cid;

import dev.millrace.atproto.BadDataException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/**
 * A content identifier, version 1. Immutable.
 *
 * <pre>
 * cid       = version codec hash-code hash-length digest
 * version   = varint 1
 * codec     = varint            ; 0x71 DAG-CBOR, 0x55 raw
 * hash-code = varint            ; 0x12 SHA-256
 * text      = "b" base32(cid)   ; lower case, no padding
 * </pre>
 *
 * <p>The protocol's own blocks are DAG-CBOR or raw with SHA-256, see {@link #isSha256()}. Records
 * may link to anything well-formed, so other codecs and hashes are read, but no block {@link
 * #matches} them. Varints must be minimal, the digest must fill the rest. CIDv0 is refused.
 *
 * @see <a href="https://atproto.com/specs/data-model#link-and-cid-formats">data model, links</a>
 */
public final class Cid implements Comparable<Cid> {
  public static final int DAG_CBOR = 0x71;
  public static final int RAW = 0x55;

  private static final int SHA_256 = 0x12;
  private static final int SHA_256_HEADER = 4;
  private static final int SHA_256_LENGTH = 36;

  /** More than any hash in use needs; a bound for strangers. */
  private static final int MAX_LENGTH = 128;

  private final byte[] bytes;

  private Cid(byte[] bytes) {
    this.bytes = bytes;
  }

  /** Reads the text form; refuses every base but "b". */
  public static Cid parse(String text) {
    if (text.length() < 2 || text.charAt(0) != 'b') {
      throw new BadDataException("cid", "a CID must be base32 text starting with \"b\"");
    }
    if (text.length() > 1 + Base32.encodedLength(MAX_LENGTH)) {
      throw new BadDataException("cid", "a CID of " + text.length() + " characters");
    }
    byte[] bytes = Base32.decode(text, 1);
    validate(bytes, 0, bytes.length);
    return new Cid(bytes);
  }

  /**
   * Whether the text looks like a CID in any base, as the lexicon string format {@code cid} asks: 8
   * to 256 characters, not version 0. {@link #parse} may still refuse it.
   */
  public static boolean isValidSyntax(String text) {
    if (text.length() < 8 || text.length() > 256 || text.startsWith("Qmb")) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean legal =
          (c >= 'a' && c <= 'z')
              || (c >= 'A' && c <= 'Z')
              || (c >= '0' && c <= '9')
              || c == '+'
              || c == '=';
      if (!legal) {
        return false;
      }
    }
    return true;
  }

  /** Reads the binary form, all of the array. */
  public static Cid read(byte[] source) {
    return read(source, 0, source.length);
  }

  /** Reads the binary form, all of the range. */
  public static Cid read(byte[] source, int offset, int length) {
    validate(source, offset, length);
    return new Cid(Arrays.copyOfRange(source, offset, offset + length));
  }

  /** Throws unless the range is exactly one CID: {@link #read} without the copy. */
  public static void validate(byte[] source, int offset, int length) {
    if (isSha256(source, offset, length)) {
      return;
    }
    if (length > MAX_LENGTH) {
      throw new BadDataException("cid", "a CID of " + length + " bytes");
    }
    int end = offset + length;
    int position = offset;
    if (position >= end || source[position] != 1) {
      throw new BadDataException("cid", "not a CID of version 1");
    }
    position = afterVarint(source, position + 1, end);
    position = afterVarint(source, position, end);
    int hashLengthAt = position;
    position = afterVarint(source, position, end);
    if (position - hashLengthAt != 1 || source[hashLengthAt] != end - position) {
      throw new BadDataException("cid", "the digest's length is wrong");
    }
  }

  private static boolean isSha256(byte[] source, int offset, int length) {
    return length == SHA_256_LENGTH
        && source[offset] == 1
        && source[offset + 1] >= 0
        && source[offset + 2] == SHA_256
        && source[offset + 3] == SHA_256_LENGTH - SHA_256_HEADER;
  }

  private static int afterVarint(byte[] source, int offset, int end) {
    for (int position = offset; position < end && position - offset < 9; position++) {
      if (source[position] >= 0) {
        if (source[position] == 0 && position > offset) {
          throw new BadDataException("cid", "a varint is longer than it need be");
        }
        return position + 1;
      }
    }
    throw new BadDataException("cid", "a varint does not end");
  }

  /** The CID of a DAG-CBOR block: hashes it. */
  public static Cid dagCbor(byte[] block) {
    return of(DAG_CBOR, block);
  }

  /** The CID of a raw block, such as a blob: hashes it. */
  public static Cid raw(byte[] block) {
    return of(RAW, block);
  }

  private static Cid of(int codec, byte[] block) {
    byte[] bytes = new byte[SHA_256_LENGTH];
    bytes[0] = 1;
    bytes[1] = (byte) codec;
    bytes[2] = SHA_256;
    bytes[3] = SHA_256_LENGTH - SHA_256_HEADER;
    System.arraycopy(sha256(block, 0, block.length), 0, bytes, SHA_256_HEADER, 32);
    return new Cid(bytes);
  }

  /** A copy of the binary form. */
  public byte[] toBytes() {
    return bytes.clone();
  }

  public int byteLength() {
    return bytes.length;
  }

  /** Copies the binary form and returns the position after it. */
  public int copyTo(byte[] target, int offset) {
    System.arraycopy(bytes, 0, target, offset, bytes.length);
    return offset + bytes.length;
  }

  /** The multicodec of the block, such as {@link #DAG_CBOR}. */
  public int codec() {
    int codec = 0;
    for (int i = 1, shift = 0; shift < 28; i++, shift += 7) {
      codec |= (bytes[i] & 0x7F) << shift;
      if (bytes[i] >= 0) {
        return codec;
      }
    }
    return -1;
  }

  /** Whether the hash is SHA-256, as it is for every block of a repository. */
  public boolean isSha256() {
    return isSha256(bytes, 0, bytes.length);
  }

  /** Whether the block has this hash: hashes it. */
  public boolean matches(byte[] block) {
    return matches(block, 0, block.length);
  }

  /** Whether the block in this range has this hash: hashes it. */
  public boolean matches(byte[] source, int offset, int length) {
    return isSha256()
        && Arrays.equals(
            sha256(source, offset, length), 0, 32, bytes, SHA_256_HEADER, SHA_256_LENGTH);
  }

  private static byte[] sha256(byte[] source, int offset, int length) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(source, offset, length);
      return digest.digest();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /** How many characters {@link #writeText} writes for a binary form of this length. */
  public static int textLength(int byteLength) {
    return 1 + Base32.encodedLength(byteLength);
  }

  /** Writes the text form of a binary form in ASCII and returns the position after it. */
  public static int writeText(byte[] source, int offset, int length, byte[] target, int position) {
    target[position] = 'b';
    return Base32.encode(source, offset, length, target, position + 1);
  }

  @Override
  public int compareTo(Cid other) {
    return Arrays.compareUnsigned(bytes, other.bytes);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Cid cid && Arrays.equals(bytes, cid.bytes);
  }

  /** The digest's last bytes are as good as any hash of it. */
  @Override
  public int hashCode() {
    int n = bytes.length;
    return n < 8
        ? Arrays.hashCode(bytes)
        : (bytes[n - 4] << 24)
            | ((bytes[n - 3] & 0xFF) << 16)
            | ((bytes[n - 2] & 0xFF) << 8)
            | (bytes[n - 1] & 0xFF);
  }

  /** The text form, base32 in lower case. */
  @Override
  public String toString() {
    byte[] text = new byte[textLength(bytes.length)];
    writeText(bytes, 0, bytes.length, text, 0);
    return new String(text, StandardCharsets.US_ASCII);
  }
}
