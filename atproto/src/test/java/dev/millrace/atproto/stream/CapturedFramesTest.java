package dev.millrace.atproto.stream;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.atproto.SharedFixtures;
import dev.millrace.atproto.cbor.CborWriter;
import dev.millrace.atproto.cbor.JsonToCbor;
import dev.millrace.atproto.repo.RepoOp;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Frames that a PDS of Bluesky's own and the production relay sent. */
class CapturedFramesTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @Test
  void shouldReadEveryFrameOfACapturedPds() throws IOException {
    Path frames = SharedFixtures.path("pds-capture/firehose.bin");
    List<String> lines = Files.readAllLines(SharedFixtures.path("pds-capture/firehose.jsonl"));
    try (DataInputStream in = new DataInputStream(Files.newInputStream(frames))) {
      for (String line : lines) {
        byte[] frame = in.readNBytes(in.readInt());
        assertSame(FrameDecoder.decode(frame), JSON.readTree(line));
      }
      assertThat(in.read()).isEqualTo(-1);
    }
    assertThat(lines).isNotEmpty();
  }

  private static void assertSame(StreamMessage message, JsonNode expected) {
    String type = expected.get("t").asText();
    assertThat(message.cursor()).isEqualTo(expected.get("seq").asLong());
    switch (message) {
      case CommitMessage commit -> {
        assertThat(type).isEqualTo("#commit");
        assertThat(commit.repo()).hasToString(expected.get("did").asText());
        assertThat(commit.rev()).hasToString(expected.get("rev").asText());
        assertThat(commit.time()).isEqualTo(expected.get("time").asText());
        assertSameOps(commit.ops(), expected.get("ops"));
      }
      case SyncMessage sync -> {
        assertThat(type).isEqualTo("#sync");
        assertThat(sync.did()).hasToString(expected.get("did").asText());
        assertThat(sync.rev()).hasToString(expected.get("rev").asText());
        assertThat(sync.blocks()).isNotEmpty();
      }
      case IdentityMessage identity -> {
        assertThat(type).isEqualTo("#identity");
        assertThat(identity.did()).hasToString(expected.get("did").asText());
        assertThat(identity.handle()).isEqualTo(text(expected, "handle"));
      }
      case AccountMessage account -> {
        assertThat(type).isEqualTo("#account");
        assertThat(account.did()).hasToString(expected.get("did").asText());
        assertThat(account.active()).isEqualTo(expected.get("active").asBoolean());
        assertThat(account.status()).isEqualTo(text(expected, "status"));
      }
      default -> throw new AssertionError("not expected in this capture: " + message);
    }
  }

  private static void assertSameOps(List<RepoOp> ops, JsonNode expected) {
    assertThat(ops).hasSize(expected.size());
    for (int i = 0; i < ops.size(); i++) {
      RepoOp op = ops.get(i);
      assertThat(op.action().name().toLowerCase(Locale.ROOT))
          .isEqualTo(expected.get(i).get("action").asText());
      assertThat(op.path()).isEqualTo(expected.get(i).get("path").asText());
      assertThat(op.cid() == null ? null : op.cid().toString())
          .isEqualTo(text(expected.get(i), "cid"));
    }
  }

  private static @org.jspecify.annotations.Nullable String text(JsonNode node, String field) {
    return node.hasNonNull(field) ? node.get(field).asText() : null;
  }

  @ParameterizedTest
  @ValueSource(longs = {4621332152L, 4623075231L, 4621317030L, 4621317332L})
  void shouldReadCommitsOfTheProductionRelay(long seq) throws IOException {
    byte[] json = Files.readAllBytes(SharedFixtures.path("real/firehose_commit_" + seq + ".json"));
    byte[] frame =
        new CborWriter()
            .map(2)
            .text("t")
            .text("#commit")
            .text("op")
            .integer(1)
            .encoded(JsonToCbor.encode(json))
            .toBytes();
    JsonNode expected = JSON.readTree(json);
    assertThat(FrameDecoder.decode(frame))
        .isInstanceOfSatisfying(
            CommitMessage.class,
            commit -> {
              assertThat(commit.seq()).isEqualTo(seq);
              assertThat(commit.repo()).hasToString(expected.get("repo").asText());
              assertThat(commit.rev()).hasToString(expected.get("rev").asText());
              assertThat(commit.since()).isEqualTo(text(expected, "since"));
              assertThat(commit.commit()).hasToString(expected.at("/commit/$link").asText());
              assertThat(commit.blocks()).isNotEmpty();
              assertThat(commit.ops()).hasSize(expected.get("ops").size()).isNotEmpty();
            });
  }
}
