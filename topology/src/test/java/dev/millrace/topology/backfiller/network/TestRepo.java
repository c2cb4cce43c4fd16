package dev.millrace.topology.backfiller.network;

import dev.millrace.atproto.car.CarWriter;
import dev.millrace.atproto.cbor.DagCbor;
import dev.millrace.atproto.cid.Cid;
import dev.millrace.atproto.crypto.Curve;
import dev.millrace.atproto.crypto.SigningKey;
import dev.millrace.atproto.mst.MutableMst;
import dev.millrace.atproto.repo.Commit;
import dev.millrace.atproto.syntax.Did;
import dev.millrace.atproto.syntax.Tid;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/** A signed repo. Blocks of records are made when they are asked for: a large one costs little. */
public final class TestRepo {
  private static final String BASE32 = "abcdefghijklmnopqrstuvwxyz234567";

  private final Did did;
  private SigningKey key;
  private final MutableMst tree = MutableMst.empty();
  private final TreeMap<String, Cid> records = new TreeMap<>();
  private final Function<String, byte[]> block;
  private Tid rev;

  private TestRepo(int number, Function<String, byte[]> block) {
    this.did = did(number);
    this.key = key(number);
    this.block = block;
    this.rev = Tid.of(1_750_000_000_000_000L + number, 1);
  }

  /** Posts and likes by number. */
  public static TestRepo of(int number, int recordCount) {
    TestRepo repo = new TestRepo(number, TestRepo::post);
    for (int i = 0; i < recordCount; i++) {
      String collection = i % 3 == 0 ? "app.bsky.feed.post" : "app.bsky.feed.like";
      repo.add(collection + "/" + Tid.of(1_700_000_000_000_000L + i, 0).value());
    }
    return repo;
  }

  /** With these blocks as records, whatever is in them. */
  public static TestRepo of(int number, Map<String, byte[]> blocks) {
    Map<String, byte[]> copy = Map.copyOf(blocks);
    TestRepo repo = new TestRepo(number, path -> copy.getOrDefault(path, new byte[0]));
    copy.keySet().forEach(repo::add);
    return repo;
  }

  public static Did did(int number) {
    StringBuilder text = new StringBuilder("did:plc:");
    long rest = number + 1_000_000_007L * (number + 1);
    for (int i = 0; i < 24; i++) {
      text.append(BASE32.charAt((int) Long.remainderUnsigned(rest, 32)));
      rest = rest * 6364136223846793005L + 1442695040888963407L;
      rest ^= rest >>> 29;
    }
    return Did.parse(text.toString());
  }

  public static SigningKey key(int number) {
    byte[] secret = new byte[32];
    secret[0] = 1;
    secret[29] = (byte) (number >> 16);
    secret[30] = (byte) (number >> 8);
    secret[31] = (byte) number;
    return SigningKey.of(number % 2 == 0 ? Curve.SECP256K1 : Curve.P256, secret);
  }

  public static byte[] post(String text) {
    return DagCbor.encode(
        Map.of(
            "$type",
            "app.bsky.feed.post",
            "text",
            "what stands at " + text,
            "langs",
            List.of("en"),
            "createdAt",
            "2025-06-01T12:00:00.000Z"));
  }

  private void add(String path) {
    Cid cid = Cid.dagCbor(block.apply(path));
    tree.put(path, cid);
    records.put(path, cid);
  }

  public Did did() {
    return did;
  }

  public SigningKey key() {
    return key;
  }

  public String rev() {
    return rev.value();
  }

  public void rev(Tid newRev) {
    rev = newRev;
  }

  /** Signed by this key from now on. */
  public TestRepo rotateTo(SigningKey newKey) {
    key = newKey;
    return this;
  }

  /** Path to CID. */
  public Map<String, Cid> records() {
    return records;
  }

  public byte[] car() {
    return car(key);
  }

  public byte[] car(SigningKey signer) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      writeCar(bytes, signer);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /** Cut behind the last block but one: it parses cleanly. */
  public byte[] carWithoutLastBlock() {
    List<Integer> ends = new ArrayList<>();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      writeCar(bytes, key, () -> ends.add(bytes.size()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return java.util.Arrays.copyOf(bytes.toByteArray(), ends.get(ends.size() - 2));
  }

  public void writeCar(OutputStream out, SigningKey signer) throws IOException {
    writeCar(out, signer, () -> {});
  }

  private void writeCar(OutputStream out, SigningKey signer, Runnable afterBlock)
      throws IOException {
    Cid data = tree.root();
    Commit commit = Commit.sign(did, rev, data, null, signer);
    CarWriter car = new CarWriter(out, commit.cid());
    car.write(commit.cid(), commit.encode());
    afterBlock.run();
    tree.forEachBlock(
        (cid, node) -> {
          try {
            car.write(cid, node);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
          afterBlock.run();
        });
    for (Map.Entry<String, Cid> record : records.entrySet()) {
      car.write(record.getValue(), block.apply(record.getKey()));
      afterBlock.run();
    }
  }

  /** The document of the DID. */
  public String document(String pds) {
    return """
        {"@context":["https://www.w3.org/ns/did/v1"],"id":"%1$s","alsoKnownAs":[],
         "verificationMethod":[{"id":"%1$s#atproto","type":"Multikey","controller":"%1$s",
           "publicKeyMultibase":"%2$s"}],
         "service":[{"id":"#atproto_pds","type":"AtprotoPersonalDataServer",
           "serviceEndpoint":"%3$s"}]}
        """
        .formatted(did, key.publicKey().toMultikey(), pds);
  }
}
