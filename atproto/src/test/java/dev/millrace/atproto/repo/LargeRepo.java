package dev.millrace.atproto.repo;

import dev.millrace.atproto.car.CarLimits;
import dev.millrace.atproto.car.CarWriter;
import dev.millrace.atproto.car.SpooledCar;
import dev.millrace.atproto.cbor.CborToJson;
import dev.millrace.atproto.cbor.CborWriter;
import dev.millrace.atproto.cid.Cid;
import dev.millrace.atproto.crypto.Curve;
import dev.millrace.atproto.mst.MstReader;
import dev.millrace.atproto.mst.MutableMst;
import dev.millrace.atproto.syntax.Tid;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;

/**
 * Writes and reads one repository of any size, and tells how much of a core it took.
 *
 * <p>{@code LargeRepo write <file> <records>}, {@code LargeRepo read <file> <spool folder>
 * <rounds>}: records like posts of about 350 bytes, in the file in the order of their hashes, so
 * that every read is at another place than the one before.
 */
final class LargeRepo {
  private LargeRepo() {}

  public static void main(String[] args) throws IOException {
    if (args[0].equals("write")) {
      write(Path.of(args[1]), Integer.parseInt(args[2]));
    } else {
      for (int round = 0; round < Integer.parseInt(args[3]); round++) {
        read(Path.of(args[1]), Path.of(args[2]));
      }
    }
  }

  static void write(Path file, int records) throws IOException {
    long start = cpuNanos();
    MutableMst tree = MutableMst.empty();
    long[] order = new long[records];
    for (int i = 0; i < records; i++) {
      Cid cid = Cid.dagCbor(record(i));
      tree.put("app.bsky.feed.post/" + Tid.of(1_700_000_000_000_000L + i * 1_000_003L, 5), cid);
      order[i] = ((long) cid.hashCode() << 32) | i;
    }
    Commit commit =
        Commit.sign(
            TestRepo.DID,
            Tid.of(1_760_000_000_000_000L, 5),
            tree.root(),
            null,
            new TestRepo(Curve.SECP256K1).signingKey());
    say("built " + records + " records", start, records, 0);
    Arrays.sort(order);
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 20)) {
      CarWriter car = new CarWriter(out, commit.cid());
      car.write(commit.cid(), commit.encode());
      tree.forEachBlock((cid, block) -> write(car, cid, block));
      for (long place : order) {
        byte[] record = record((int) place);
        car.write(Cid.dagCbor(record), record);
      }
    }
  }

  private static void write(CarWriter car, Cid cid, byte[] block) {
    try {
      car.write(cid, block);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void read(Path file, Path spool) throws IOException {
    long bytes = Files.size(file);
    long start = cpuNanos();
    try (InputStream in = Files.newInputStream(file);
        SpooledCar car = SpooledCar.read(in, CarLimits.REPO, spool)) {
      say("read and hashed " + car.blockCount() + " blocks", start, car.blockCount(), bytes);
      System.out.printf(
          Locale.ROOT,
          "index %.1f bytes a block, spooled %s%n",
          (double) car.indexBytes() / car.blockCount(),
          car.isSpooled());
      long walk = cpuNanos();
      long entries = MstReader.walk(car, Commit.decode(block(car)).data(), (path, cid) -> {});
      say("walked the tree", walk, entries, 0);
      long open = cpuNanos();
      RepoSnapshot snapshot =
          RepoSnapshot.open(
              car, TestRepo.DID, new TestRepo(Curve.SECP256K1).publicKey(), TestRepo.NOW);
      say("verified", open, snapshot.recordCount(), 0);
      long emit = cpuNanos();
      long[] json = new long[1];
      CborToJson toJson = new CborToJson();
      snapshot.forEachRecord(
          (collection, rkey, cid, block) -> json[0] += toJson.convert(block).length);
      say("emitted as JSON", emit, snapshot.recordCount(), json[0]);
      say("all from CAR to JSON", start, snapshot.recordCount(), bytes);
      System.out.println("records " + snapshot.recordCount());
    }
  }

  private static byte[] block(SpooledCar car) {
    byte[] block = car.get(car.root());
    if (block == null) {
      throw new IllegalStateException("no commit");
    }
    return block;
  }

  private static byte[] record(int i) {
    String text = ("post number " + i + ": the quick brown fox jumps over it. ").repeat(1 + i % 5);
    return new CborWriter(512)
        .map(4)
        .text("text")
        .text(text)
        .text("$type")
        .text("app.bsky.feed.post")
        .text("langs")
        .array(1)
        .text("en")
        .text("createdAt")
        .text("2025-01-01T00:00:00.000Z")
        .toBytes();
  }

  /** What this thread has had of a core: other work on the machine does not count. */
  private static long cpuNanos() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }

  private static void say(String what, long start, long count, long bytes) {
    double seconds = (cpuNanos() - start) / 1e9;
    System.out.printf(
        Locale.ROOT,
        "%s in %.2f s of CPU: %,.0f/s%s%n",
        what,
        seconds,
        count / seconds,
        bytes == 0 ? "" : String.format(Locale.ROOT, ", %.0f MB/s", bytes / seconds / 1e6));
  }
}
