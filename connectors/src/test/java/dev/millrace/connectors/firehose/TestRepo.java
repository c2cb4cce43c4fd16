package dev.millrace.connectors.firehose;

import dev.millrace.atproto.car.CarWriter;
import dev.millrace.atproto.cbor.DagCbor;
import dev.millrace.atproto.cid.Cid;
import dev.millrace.atproto.crypto.Curve;
import dev.millrace.atproto.crypto.PublicKey;
import dev.millrace.atproto.crypto.SigningKey;
import dev.millrace.atproto.mst.MutableMst;
import dev.millrace.atproto.repo.Commit;
import dev.millrace.atproto.repo.RepoOp;
import dev.millrace.atproto.stream.CommitMessage;
import dev.millrace.atproto.stream.SyncMessage;
import dev.millrace.atproto.syntax.Did;
import dev.millrace.atproto.syntax.Tid;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** A repo that signs real commits, and the messages a relay would send about it. */
final class TestRepo {
  static final String POST = "app.bsky.feed.post";
  static final String LIKE = "app.bsky.feed.like";

  private final Did did;
  private SigningKey key;
  private final MutableMst tree = MutableMst.empty();
  private @Nullable Cid data;
  private @Nullable String lastRev;
  private long micros = (System.currentTimeMillis() - 3_600_000) * 1_000;

  TestRepo(int number) {
    this.did =
        Did.parse(
            "did:plc:"
                + "%024d"
                    .formatted(number)
                    .replace('0', 'a')
                    .replace('1', 'b')
                    .replace('8', 'c')
                    .replace('9', 'd'));
    this.key = key(number);
  }

  static SigningKey key(int seed) {
    byte[] secret = new byte[32];
    new Random(seed).nextBytes(secret);
    secret[0] = 1;
    return SigningKey.of(seed % 2 == 0 ? Curve.SECP256K1 : Curve.P256, secret);
  }

  static Commit signed(SigningKey key) {
    return Commit.sign(
        Did.parse("did:web:signed.example"),
        Tid.of(1_700_000_000_000_000L, 1),
        MutableMst.empty().root(),
        null,
        key);
  }

  Did did() {
    return did;
  }

  PublicKey publicKey() {
    return key.publicKey();
  }

  void signWith(SigningKey other) {
    key = other;
  }

  /** A post with this text. */
  CommitMessage post(long seq, String rkey, String text) {
    return commit(seq, List.of(new Change(POST + "/" + rkey, record(POST, text))));
  }

  static byte[] record(String collection, String text) {
    return DagCbor.encode(Map.of("$type", collection, "text", text));
  }

  CommitMessage delete(long seq, String collection, String rkey) {
    return commit(seq, List.of(new Change(collection + "/" + rkey, null)));
  }

  /** One change: the record's block, or null for a delete. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Change(String path, byte @Nullable [] block) {}

  CommitMessage commit(long seq, List<Change> changes) {
    Map<Cid, byte[]> records = new LinkedHashMap<>();
    List<RepoOp> ops = new ArrayList<>();
    for (Change change : changes) {
      byte[] block = change.block();
      if (block == null) {
        ops.add(new RepoOp(RepoOp.Action.DELETE, change.path(), null, tree.delete(change.path())));
      } else {
        Cid cid = Cid.dagCbor(block);
        records.put(cid, block);
        Cid before = tree.put(change.path(), cid);
        ops.add(
            new RepoOp(
                before == null ? RepoOp.Action.CREATE : RepoOp.Action.UPDATE,
                change.path(),
                cid,
                before));
      }
    }
    Cid prevData = data;
    Commit commit = sign();
    Map<Cid, byte[]> blocks = new LinkedHashMap<>();
    blocks.put(commit.cid(), commit.encode());
    blocks.putAll(tree.commitBlocks(changes.stream().map(Change::path).toList()));
    blocks.putAll(records);
    String since = lastRev;
    lastRev = commit.rev().value();
    return new CommitMessage(
        seq,
        did,
        commit.rev(),
        since,
        commit.cid(),
        prevData,
        false,
        CarWriter.toBytes(commit.cid(), blocks),
        ops,
        Instant.now().toString());
  }

  SyncMessage sync(long seq) {
    Commit commit = sign();
    lastRev = commit.rev().value();
    return new SyncMessage(
        seq,
        did,
        commit.rev(),
        CarWriter.toBytes(commit.cid(), Map.of(commit.cid(), commit.encode())),
        Instant.now().toString());
  }

  private Commit sign() {
    micros += 1_000;
    data = tree.root();
    return Commit.sign(did, Tid.of(micros, 7), tree.root(), null, key);
  }

  /** The next commits claim to be of the time in so many seconds. */
  void aheadBySeconds(long seconds) {
    micros = (System.currentTimeMillis() + seconds * 1_000) * 1_000;
  }

  static byte[] truncated(byte[] frame) {
    return Arrays.copyOf(frame, frame.length - 40);
  }
}
