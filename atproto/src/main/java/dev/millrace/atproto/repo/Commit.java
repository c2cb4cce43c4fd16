package dev.millrace.atproto.repo;

import dev.millrace.atproto.BadDataException;
import dev.millrace.atproto.cbor.CborReader;
import dev.millrace.atproto.cbor.CborWriter;
import dev.millrace.atproto.cid.Cid;
import dev.millrace.atproto.crypto.PublicKey;
import dev.millrace.atproto.crypto.SigningKey;
import dev.millrace.atproto.syntax.Did;
import dev.millrace.atproto.syntax.Tid;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A commit of version 3: the signed root of a repository. Immutable.
 *
 * <pre>
 * commit = { did, rev, sig, data, prev, version }    ; DAG-CBOR, exactly these fields
 *          ; rev: a TID; data: link to the tree's root; prev: link or null; sig: 64 bytes
 * </pre>
 *
 * The signature is over the same map without {@code sig}. What breaks this is {@code
 * BadDataException} "commit" (or "cbor").
 *
 * @see <a href="https://atproto.com/specs/repository#commit-objects">repository, commits</a>
 */
public final class Commit {
  private static final int VERSION = 3;
  private static final int FIELDS = 6;
  private static final int SIGNATURE_BYTES = 64;

  /** How far a rev may run ahead of our clock. */
  private static final Duration MOST_AHEAD = Duration.ofMinutes(5);

  private final Did did;
  private final Tid rev;
  private final Cid data;
  private final @Nullable Cid prev;
  private final byte[] sig;

  private Commit(Did did, Tid rev, Cid data, @Nullable Cid prev, byte[] sig) {
    this.did = did;
    this.rev = rev;
    this.data = data;
    this.prev = prev;
    this.sig = sig;
  }

  /** A new commit, signed. */
  public static Commit sign(Did did, Tid rev, Cid data, @Nullable Cid prev, SigningKey key) {
    Commit unsigned = new Commit(did, rev, data, prev, new byte[0]);
    return new Commit(did, rev, data, prev, key.sign(unsigned.unsignedBytes()));
  }

  public static Commit decode(byte[] block) {
    CborReader in = new CborReader(block);
    int fields = in.beginMap();
    if (fields != FIELDS) {
      throw bad("a commit of " + fields + " fields, not did, rev, sig, data, prev, version");
    }
    requireKey(in, "did");
    String did = in.readText();
    requireKey(in, "rev");
    String rev = in.readText();
    requireKey(in, "sig");
    byte[] sig = in.readBytes();
    requireKey(in, "data");
    Cid data = in.readLink();
    requireKey(in, "prev");
    Cid prev = in.tryNull() ? null : in.readLink();
    requireKey(in, "version");
    long version = in.readInteger();
    in.end();
    in.requireEnd();
    if (version != VERSION) {
      throw bad("a commit of version " + version);
    }
    if (!Did.isValid(did) || !Tid.isValid(rev) || sig.length != SIGNATURE_BYTES) {
      throw bad("a commit whose did, rev or sig has not its form");
    }
    return new Commit(Did.parse(did), Tid.parse(rev), data, prev, sig);
  }

  /**
   * The root of the tree, of a commit of any version: what is enough to tell whether a repository
   * is complete.
   */
  static Cid dataOf(byte[] block) {
    CborReader in = new CborReader(block);
    for (int left = in.beginMap(); left > 0; left--) {
      if (in.readKey().equals("data")) {
        return in.readLink();
      }
      in.skip();
    }
    throw bad("a commit without data");
  }

  public Did did() {
    return did;
  }

  public Tid rev() {
    return rev;
  }

  /** The root of the tree. */
  public Cid data() {
    return data;
  }

  /** Nearly always null since version 3. */
  public @Nullable Cid prev() {
    return prev;
  }

  /** 64 bytes. */
  public byte[] sig() {
    return sig.clone();
  }

  /** The block. */
  public byte[] encode() {
    return encode(true);
  }

  /** What the signature is over. */
  public byte[] unsignedBytes() {
    return encode(false);
  }

  /** The CID of the block: hashes it. */
  public Cid cid() {
    return Cid.dagCbor(encode());
  }

  public boolean verify(PublicKey key) {
    return key.verify(unsignedBytes(), sig);
  }

  /** Throws if the rev is more than five minutes after the moment. */
  public void requireRevNotAhead(Instant now) {
    long micros = now.plus(MOST_AHEAD).toEpochMilli() * 1_000;
    if (rev.micros() > micros) {
      throw bad("the rev " + rev + " lies in the future");
    }
  }

  private byte[] encode(boolean signed) {
    CborWriter out = new CborWriter(256);
    out.map(signed ? FIELDS : FIELDS - 1);
    out.text("did").text(did.value()).text("rev").text(rev.value());
    if (signed) {
      out.text("sig").bytes(sig);
    }
    out.text("data").link(data).text("prev");
    if (prev == null) {
      out.nil();
    } else {
      out.link(prev);
    }
    return out.text("version").integer(VERSION).toBytes();
  }

  private static void requireKey(CborReader in, String name) {
    if (!in.readKey().equals(name)) {
      throw bad("a commit without " + name);
    }
  }

  static BadDataException bad(String message) {
    return new BadDataException("commit", message);
  }
}
