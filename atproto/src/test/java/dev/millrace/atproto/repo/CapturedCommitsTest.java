package dev.millrace.atproto.repo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.atproto.BadDataException;
import dev.millrace.atproto.SharedFixtures;
import dev.millrace.atproto.car.Car;
import dev.millrace.atproto.car.CarLimits;
import dev.millrace.atproto.cid.Cid;
import dev.millrace.atproto.crypto.PublicKey;
import dev.millrace.atproto.identity.DidDocument;
import dev.millrace.atproto.stream.CommitMessage;
import dev.millrace.atproto.stream.FrameDecoder;
import dev.millrace.atproto.stream.StreamMessage;
import dev.millrace.atproto.stream.SyncMessage;
import dev.millrace.atproto.syntax.Did;
import dev.millrace.atproto.syntax.Tid;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Commits as relays and a local PDS sent them. */
final class CapturedCommitsTest {
  private static final Instant NOW = Instant.parse("2027-01-01T00:00:00Z");

  /** Sent before sync 1.1, without prevData; one of them carries enough to be inverted. */
  @ParameterizedTest
  @CsvSource({
    "4621317030, 1, incomplete",
    "4621317332, 1, incomplete",
    "4621332152, 42, incomplete",
    "4623075231, 1, inverts"
  })
  void shouldReadProductionCommitsWithoutPrevData(String seq, int operations, String inversion)
      throws IOException {
    JsonNode message =
        new ObjectMapper()
            .readTree(SharedFixtures.path("real/firehose_commit_" + seq + ".json").toFile());
    List<RepoOp> ops = new ArrayList<>();
    for (JsonNode op : message.get("ops")) {
      assertThat(op.get("action").textValue()).isEqualTo("create");
      ops.add(
          new RepoOp(RepoOp.Action.CREATE, op.get("path").textValue(), link(op.get("cid")), null));
    }
    byte[] blocks = Base64.getDecoder().decode(message.get("blocks").get("$bytes").textValue());
    CommitClaim claim =
        new CommitClaim(
            new Did(message.get("repo").textValue()),
            new Tid(message.get("rev").textValue()),
            link(message.get("commit")),
            null,
            ops);
    CommitProof proof = CommitProof.verify(claim, blocks, CommitLimits.DEFAULT, NOW);
    assertThat(proof.inverted()).isFalse();
    assertThat(proof.operations()).hasSize(operations);
    for (ProvenOp op : proof.operations()) {
      assertThat(Objects.requireNonNull(op.operation().cid()).matches(record(op))).isTrue();
    }
    assertThat(inversion(Car.read(blocks, CarLimits.COMMIT), proof)).isEqualTo(inversion);
  }

  private static String inversion(Car car, CommitProof proof) {
    try {
      List<RepoOp> ops = proof.operations().stream().map(ProvenOp::operation).toList();
      MstInversion.invert(car.blocks(), proof.commit().data(), ops);
      return "inverts";
    } catch (BadDataException e) {
      return e.reason();
    }
  }

  @Test
  void shouldInvertEveryCommitOfAPds() throws IOException {
    Map<Did, Cid> heads = new HashMap<>();
    int commits = 0;
    int chained = 0;
    int syncs = 0;
    ByteBuffer frames =
        ByteBuffer.wrap(Files.readAllBytes(SharedFixtures.path("pds-capture/firehose.bin")));
    while (frames.hasRemaining()) {
      byte[] frame = new byte[frames.getInt()];
      frames.get(frame);
      StreamMessage message = FrameDecoder.decode(frame);
      if (message instanceof SyncMessage sync) {
        Commit commit =
            CommitProof.verifySync(sync.did(), sync.rev(), sync.blocks(), CarLimits.COMMIT, NOW);
        assertThat(commit.verify(key(sync.did()))).isTrue();
        heads.put(sync.did(), commit.data());
        syncs++;
      }
      if (!(message instanceof CommitMessage commit)) {
        continue;
      }
      CommitClaim claim = commit.claim();
      CommitProof proof = CommitProof.verify(claim, commit.blocks(), CommitLimits.DEFAULT, NOW);
      assertThat(proof.inverted()).isEqualTo(claim.prevData() != null);
      if (claim.prevData() == null) {
        assertThat(claim.operations()).as("the first commit of a new account").isEmpty();
        assertThat(heads).doesNotContainKey(claim.did());
      }
      assertThat(proof.commit().verify(key(claim.did()))).isTrue();
      commits++;
      Cid head = heads.put(claim.did(), proof.commit().data());
      if (head != null) {
        assertThat(claim.prevData()).isEqualTo(head);
        chained++;
      }
    }
    assertThat(commits).isEqualTo(76);
    assertThat(chained).isEqualTo(71);
    assertThat(syncs).isEqualTo(7);
  }

  private static byte[] record(ProvenOp op) {
    return Objects.requireNonNull(op.record());
  }

  private static Cid link(JsonNode node) {
    return Cid.parse(node.get("$link").textValue());
  }

  private static PublicKey key(Did did) throws IOException {
    Path file = SharedFixtures.path("pds-capture/plc/" + did.value().replace(':', '_') + ".json");
    JsonNode document = new ObjectMapper().readTree(file.toFile());
    return Objects.requireNonNull(DidDocument.parse(did, document).signingKey());
  }
}
