package dev.millrace.topology.tracker.repo;

import dev.millrace.topology.tracker.repo.TrackedRepo.Account;
import dev.millrace.topology.tracker.repo.TrackedRepo.HostWord;
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
 * The tracked store's values. Big-endian, text as {@link DataOutputStream#writeUTF}:
 *
 * <pre>
 * value   = version:u8 (1)  generation:i64  rev:opt  data:opt  revPlace:i64  wholePlace:i64
 *           hidden:bool  status:opt  place:i64  n:u8 n*host  askedAt:i64 (ms)  present:bool [wanted]
 * host    = name:text  active:bool  status:opt  place:i64
 * wanted  = reason:text  rev:opt  place:i64  askedRev:opt  askedPlace:i64
 * opt     = present:bool [text]
 * </pre>
 *
 * What it cannot read is corrupt state of our own, and stops the part.
 */
public final class TrackedRepoSerde {
  private static final int VERSION = 1;

  private TrackedRepoSerde() {}

  // Kafka hands null for tombstones and wants null back, which its types do not say.
  @SuppressWarnings("NullAway")
  public static Serde<TrackedRepo> serde() {
    return Serdes.serdeFrom(
        (topic, repo) -> repo == null ? null : encode(repo),
        (topic, bytes) -> bytes == null ? null : decode(bytes));
  }

  static byte[] encode(TrackedRepo repo) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(192);
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeByte(VERSION);
      out.writeLong(repo.generation());
      writeOptional(out, repo.rev());
      writeOptional(out, repo.data());
      out.writeLong(repo.revPlace());
      out.writeLong(repo.wholePlace());
      out.writeBoolean(repo.account().hidden());
      writeOptional(out, repo.account().status());
      out.writeLong(repo.account().place());
      out.writeByte(repo.hosts().size());
      for (HostWord host : repo.hosts()) {
        out.writeUTF(host.host());
        out.writeBoolean(host.active());
        writeOptional(out, host.status());
        out.writeLong(host.place());
      }
      out.writeLong(repo.askedAt());
      Wanted wanted = repo.wanted();
      out.writeBoolean(wanted != null);
      if (wanted != null) {
        out.writeUTF(wanted.reason());
        writeOptional(out, wanted.rev());
        out.writeLong(wanted.place());
        writeOptional(out, wanted.askedRev());
        out.writeLong(wanted.askedPlace());
      }
    } catch (IOException e) {
      throw new UncheckedIOException("a tracked entry cannot be written", e);
    }
    return bytes.toByteArray();
  }

  static TrackedRepo decode(byte[] bytes) {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      int version = in.readUnsignedByte();
      if (version != VERSION) {
        throw new IllegalStateException("tracked store: unknown version " + version);
      }
      long generation = in.readLong();
      String rev = readOptional(in);
      String data = readOptional(in);
      long revPlace = in.readLong();
      long wholePlace = in.readLong();
      Account account = new Account(in.readBoolean(), readOptional(in), in.readLong());
      List<HostWord> hosts = readHosts(in);
      long askedAt = in.readLong();
      return new TrackedRepo(
          generation, rev, data, revPlace, wholePlace, account, hosts, readWanted(in), askedAt);
    } catch (IOException e) {
      throw new IllegalStateException("tracked store: a value ends too early", e);
    }
  }

  private static List<HostWord> readHosts(DataInputStream in) throws IOException {
    int count = in.readUnsignedByte();
    List<HostWord> hosts = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      hosts.add(new HostWord(in.readUTF(), in.readBoolean(), readOptional(in), in.readLong()));
    }
    return hosts;
  }

  private static @Nullable Wanted readWanted(DataInputStream in) throws IOException {
    return in.readBoolean()
        ? new Wanted(in.readUTF(), readOptional(in), in.readLong(), readOptional(in), in.readLong())
        : null;
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
