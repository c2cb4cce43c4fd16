package dev.millrace.topology.backfiller.pending;

import dev.millrace.schema.event.Scope;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.jspecify.annotations.Nullable;

/**
 * The pending store's values. Big-endian, text as {@link DataOutputStream#writeUTF}:
 *
 * <pre>
 * value = version:u8 (3)  lane:u8 (0 request, 1 listing, 2 urgent)
 *         did:text  reason:text  full:bool  n:u16 n*(collection:text)  rev:opt  status:opt
 *         question:u8 (0 none, 1 status, 2 deletion; version 1 has none of it)
 *         epoch:i64  attempt:i32  notBefore:i64 (ms)  since:i64 (ms)  lastReason:opt  host:opt
 *         fetchingSince:i64 (ms; versions 1 and 2 have none of it)
 * opt   = present:bool [text]
 * </pre>
 *
 * What it cannot read is corrupt state of our own, and stops the part.
 */
public final class PendingRepoSerde {
  private static final int VERSION = 3;
  private static final int VERSION_WITHOUT_FETCHING = 2;
  private static final int VERSION_WITHOUT_QUESTION = 1;

  private PendingRepoSerde() {}

  // Kafka hands null for tombstones and wants null back, which its types do not say.
  @SuppressWarnings("NullAway")
  public static Serde<PendingRepo> serde() {
    return Serdes.serdeFrom(
        (topic, repo) -> repo == null ? null : encode(repo),
        (topic, bytes) -> bytes == null ? null : decode(bytes));
  }

  static byte[] encode(PendingRepo repo) {
    Wish wish = repo.wish();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(160);
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeByte(VERSION);
      out.writeByte(code(wish.lane()));
      out.writeUTF(wish.did());
      out.writeUTF(wish.reason());
      out.writeBoolean(wish.scope().isFull());
      out.writeShort(wish.scope().collections().size());
      for (String collection : wish.scope().collections()) {
        out.writeUTF(collection);
      }
      writeOptional(out, wish.rev());
      writeOptional(out, wish.status());
      out.writeByte(code(wish.question()));
      out.writeLong(repo.epoch());
      out.writeInt(repo.attempt());
      out.writeLong(repo.notBefore());
      out.writeLong(repo.since());
      writeOptional(out, repo.lastReason());
      writeOptional(out, repo.host());
      out.writeLong(repo.fetchingSince());
    } catch (IOException e) {
      throw new UncheckedIOException("a pending entry of " + wish.did() + " cannot be written", e);
    }
    return bytes.toByteArray();
  }

  static PendingRepo decode(byte[] bytes) {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      int version = in.readUnsignedByte();
      if (version < VERSION_WITHOUT_QUESTION || version > VERSION) {
        throw new IllegalStateException("pending store: unknown version " + version);
      }
      Lane lane = lane(in.readUnsignedByte());
      String did = in.readUTF();
      String reason = in.readUTF();
      boolean isFull = in.readBoolean();
      int count = in.readUnsignedShort();
      List<String> collections = new ArrayList<>(count);
      for (int i = 0; i < count; i++) {
        collections.add(in.readUTF());
      }
      Wish wish =
          new Wish(
              did,
              lane,
              reason,
              new Scope(isFull, collections),
              readOptional(in),
              readOptional(in),
              version == VERSION_WITHOUT_QUESTION
                  ? Question.NONE
                  : question(in.readUnsignedByte()));
      return new PendingRepo(
          wish,
          in.readLong(),
          in.readInt(),
          in.readLong(),
          in.readLong(),
          readOptional(in),
          readOptional(in),
          version <= VERSION_WITHOUT_FETCHING ? 0 : in.readLong());
    } catch (IOException e) {
      throw new IllegalStateException("pending store: a value ends too early", e);
    }
  }

  private static int code(Lane lane) {
    return switch (lane) {
      case REQUEST -> 0;
      case LISTING -> 1;
      case URGENT -> 2;
    };
  }

  private static Lane lane(int code) {
    return switch (code) {
      case 0 -> Lane.REQUEST;
      case 1 -> Lane.LISTING;
      case 2 -> Lane.URGENT;
      default -> throw new IllegalStateException("pending store: unknown lane " + code);
    };
  }

  private static int code(Question question) {
    return switch (question) {
      case NONE -> 0;
      case STATUS -> 1;
      case DELETION -> 2;
    };
  }

  private static Question question(int code) {
    return switch (code) {
      case 0 -> Question.NONE;
      case 1 -> Question.STATUS;
      case 2 -> Question.DELETION;
      default -> throw new IllegalStateException("pending store: unknown question " + code);
    };
  }

  private static void writeOptional(DataOutputStream out, @Nullable String text)
      throws IOException {
    out.writeBoolean(text != null);
    if (text != null) {
      out.writeUTF(text);
    }
  }

  private static @Nullable String readOptional(DataInputStream in) throws IOException {
    return in.readBoolean() ? in.readUTF() : null;
  }
}
