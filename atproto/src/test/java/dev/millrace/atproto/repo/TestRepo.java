package dev.millrace.atproto.repo;

import dev.millrace.atproto.car.CarWriter;
import dev.millrace.atproto.car.MapBlocks;
import dev.millrace.atproto.cbor.DagCbor;
import dev.millrace.atproto.cid.Cid;
import dev.millrace.atproto.crypto.Curve;
import dev.millrace.atproto.crypto.PublicKey;
import dev.millrace.atproto.crypto.SigningKey;
import dev.millrace.atproto.mst.MutableMst;
import dev.millrace.atproto.syntax.Did;
import dev.millrace.atproto.syntax.Tid;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** A repository that a test writes to, as a PDS would keep it. */
final class TestRepo {
  static final Did DID = new Did("did:plc:yh42v4sz2ba6au5fgtzge5bv");
  static final Instant NOW = Instant.parse("2026-06-01T00:00:00Z");

  private final SigningKey key;
  private final MutableMst tree = MutableMst.empty();
  private final MapBlocks records = new MapBlocks();
  private final List<RepoOp> operations = new ArrayList<>();
  private long micros = NOW.toEpochMilli() * 1_000 - 1_000_000_000L;

  TestRepo(Curve curve) {
    byte[] secret = new byte[32];
    Arrays.fill(secret, (byte) 7);
    key = SigningKey.of(curve, secret);
  }

  PublicKey publicKey() {
    return key.publicKey();
  }

  SigningKey signingKey() {
    return key;
  }

  MutableMst tree() {
    return tree;
  }

  void put(String path, String text) {
    byte[] block = DagCbor.encode(Map.of("$type", "com.example.record", "text", text));
    Cid cid = Cid.dagCbor(block);
    records.put(cid, block);
    Cid before = tree.put(path, cid);
    operations.add(
        new RepoOp(
            before == null ? RepoOp.Action.CREATE : RepoOp.Action.UPDATE, path, cid, before));
  }

  void delete(String path) {
    Cid before = Objects.requireNonNull(tree.delete(path));
    operations.add(new RepoOp(RepoOp.Action.DELETE, path, null, before));
  }

  /** A commit with what the stream would carry of it. */
  Sent commit() {
    Cid prevData = committed;
    Commit commit = sign();
    MapBlocks carried = new MapBlocks();
    carried.put(commit.cid(), commit.encode());
    carried.putAll(tree.commitBlocks(operations.stream().map(RepoOp::path).toList()));
    for (RepoOp operation : operations) {
      Cid cid = operation.cid();
      if (cid != null) {
        carried.put(cid, Objects.requireNonNull(records.get(cid)));
      }
    }
    CommitClaim claim =
        new CommitClaim(DID, commit.rev(), commit.cid(), prevData, List.copyOf(operations));
    operations.clear();
    committed = commit.data();
    return new Sent(claim, carried);
  }

  private Cid committed = tree.root();

  Commit sign() {
    return Commit.sign(DID, Tid.of(micros += 1_000, 3), tree.root(), null, key);
  }

  /** The whole repository under a commit. */
  MapBlocks blocks(Commit commit) {
    MapBlocks blocks = new MapBlocks();
    blocks.put(commit.cid(), commit.encode());
    tree.forEachBlock(blocks::put);
    tree.forEachEntry((path, cid) -> blocks.put(cid, Objects.requireNonNull(records.get(cid))));
    return blocks;
  }

  /** A message of the stream: what it says, and its blocks. */
  record Sent(CommitClaim claim, MapBlocks blocks) {
    byte[] car() {
      return CarWriter.toBytes(claim.commit(), blocks.asMap());
    }
  }
}
