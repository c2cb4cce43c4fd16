package dev.millrace.atproto.fuzz;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.atproto.car.CarLimits;
import dev.millrace.atproto.car.SpooledCar;
import dev.millrace.atproto.cbor.CborToJson;
import dev.millrace.atproto.cbor.DagCbor;
import dev.millrace.atproto.cbor.JsonToCbor;
import dev.millrace.atproto.cid.Cid;
import dev.millrace.atproto.identity.DidDocument;
import dev.millrace.atproto.mst.MstCursor;
import dev.millrace.atproto.mst.MutableMst;
import dev.millrace.atproto.repo.Commit;
import dev.millrace.atproto.repo.CommitLimits;
import dev.millrace.atproto.repo.CommitProof;
import dev.millrace.atproto.stream.CommitMessage;
import dev.millrace.atproto.stream.FrameDecoder;
import dev.millrace.atproto.stream.FrameSubject;
import dev.millrace.atproto.stream.SyncMessage;
import dev.millrace.atproto.syntax.Did;
import dev.millrace.atproto.xrpc.JsonBody;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Locale;
import java.util.Objects;

/** A parser of what the network sends, and how much it may allocate. */
enum Target {
  /** A block: decoded, and turned into JSON and back. */
  CBOR(64 << 10, 100) {
    @Override
    void parse(byte[] input) {
      byte[] json = new CborToJson().convert(input);
      if (DagCbor.decode(input) instanceof java.util.Map<?, ?>) {
        JsonToCbor.encode(json);
      }
    }
  },

  /** A commit's block. */
  COMMIT(64 << 10, 100) {
    @Override
    void parse(byte[] input) {
      Commit.decode(input).encode();
    }
  },

  /** An archive: spooled, then its commit and its tree. */
  CAR(3 << 20, 100) {
    @Override
    void parse(byte[] input) throws IOException {
      try (SpooledCar car =
          SpooledCar.read(new ByteArrayInputStream(input), CarLimits.COMMIT, SPOOL)) {
        byte[] root = car.get(car.root());
        Commit commit = Commit.decode(root == null ? new byte[0] : root);
        walk(new MstCursor(car, commit.data(), ""));
      }
    }
  },

  /** Nodes of a tree, which are found by the CIDs they had before they were damaged. */
  MST(256 << 10, 400) {
    @Override
    void parse(byte[] input) {
      Tree tree = Tree.read(input);
      walk(new MstCursor(tree.blocks(), tree.root(), ""));
      MutableMst loaded = MutableMst.load(tree.blocks(), tree.root());
      loaded.put("app.bsky.feed.post/zzzzzzzzzzzzz", Cid.dagCbor(input));
      loaded.root();
    }
  },

  /** A message of a stream; of a commit its proof, too. */
  FRAME(3 << 20, 400) {
    @Override
    void parse(byte[] input) {
      FrameSubject.of(input);
      switch (FrameDecoder.decode(input)) {
        case CommitMessage commit ->
            CommitProof.verify(commit.claim(), commit.blocks(), CommitLimits.DEFAULT, NOW);
        case SyncMessage sync ->
            CommitProof.verifySync(sync.did(), sync.rev(), sync.blocks(), CarLimits.COMMIT, NOW);
        default -> {}
      }
    }
  },

  /** A DID document, asked for under the DID that it says. */
  DID_DOCUMENT(512 << 10, 400) {
    @Override
    void parse(byte[] input) {
      JsonNode json = JsonBody.read(input, "host");
      String id = json.path("id").asText("");
      DidDocument.parse(Did.isValid(id) ? new Did(id) : ANYBODY, json);
    }
  };

  private static final Path SPOOL = Path.of(System.getProperty("java.io.tmpdir"), "fuzz-spool");
  private static final Instant NOW = Instant.parse("2100-01-01T00:00:00Z");
  private static final Did ANYBODY = new Did("did:plc:anybody");

  private final long fixedBytes;
  private final long bytesPerByte;

  Target(long fixedBytes, long bytesPerByte) {
    this.fixedBytes = fixedBytes;
    this.bytesPerByte = bytesPerByte;
  }

  /**
   * Reads all of it.
   *
   * @throws dev.millrace.atproto.BadDataException the only one that may come out
   */
  abstract void parse(byte[] input) throws IOException;

  /** What reading an input of this length may allocate, in bytes, all that is freed counted. */
  long mostBytes(int length) {
    return fixedBytes + bytesPerByte * length;
  }

  /** As in the names of folders. */
  String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static void walk(MstCursor cursor) {
    while (cursor.next()) {
      Objects.requireNonNull(cursor.value());
    }
  }
}
