package dev.millrace.topology.tracker.identity;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;

/**
 * A DID that waits to be resolved: the value of its store. In the store from the transaction that
 * consumed what led to it until the one that publishes the answer.
 *
 * @param cause the greatest since it was wanted
 * @param epoch rises with every further cause, which a lookup under way may have missed
 * @param failures lookups that failed so far
 * @param since when it was first wanted, ms since 1970
 * @param notBefore when it may be tried, ms since 1970; 0 is at once
 */
record PendingIdentity(IdentityCause cause, long epoch, int failures, long since, long notBefore) {
  private static final int VERSION = 2;

  /** Without the cause, which counts as a change. */
  private static final int VERSION_1 = 1;

  static PendingIdentity first(IdentityCause cause, long now) {
    return new PendingIdentity(cause, 0, 0, now, 0);
  }

  /** Something changed: whatever failed before, it is worth a try now. */
  PendingIdentity again(IdentityCause next, long now) {
    IdentityCause both = next.compareTo(cause) > 0 ? next : cause;
    return new PendingIdentity(both, epoch + 1, 0, now, 0);
  }

  PendingIdentity failed(long retryAt) {
    return new PendingIdentity(cause, epoch, failures + 1, since, retryAt);
  }

  boolean isDue(long now) {
    return notBefore <= now;
  }

  /** Not tried yet, since something led to it. */
  boolean isFresh() {
    return failures == 0;
  }

  /**
   * Big-endian: {@code version:u8 (2) changed:u8 epoch:i64 failures:i32 since:i64 notBefore:i64}.
   * What it cannot read is corrupt state of our own, and stops the part.
   */
  // Kafka hands null for tombstones and wants null back, which its types do not say.
  @SuppressWarnings("NullAway")
  static Serde<PendingIdentity> serde() {
    return Serdes.serdeFrom(
        (topic, pending) -> pending == null ? null : pending.encode(),
        (topic, bytes) -> bytes == null ? null : decode(bytes));
  }

  byte[] encode() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(32);
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeByte(VERSION);
      out.writeBoolean(cause == IdentityCause.CHANGED);
      out.writeLong(epoch);
      out.writeInt(failures);
      out.writeLong(since);
      out.writeLong(notBefore);
    } catch (IOException e) {
      throw new UncheckedIOException("in memory", e);
    }
    return bytes.toByteArray();
  }

  static PendingIdentity decode(byte[] bytes) {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      int version = in.readUnsignedByte();
      if (version != VERSION && version != VERSION_1) {
        throw new IllegalStateException("pending identities: unknown version " + version);
      }
      boolean isChanged = version == VERSION_1 || in.readBoolean();
      return new PendingIdentity(
          isChanged ? IdentityCause.CHANGED : IdentityCause.SEEN,
          in.readLong(),
          in.readInt(),
          in.readLong(),
          in.readLong());
    } catch (IOException e) {
      throw new IllegalStateException("pending identities: a value ends too early", e);
    }
  }
}
