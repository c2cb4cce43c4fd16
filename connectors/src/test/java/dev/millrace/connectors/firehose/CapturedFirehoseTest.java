package dev.millrace.connectors.firehose;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.github.benmanes.caffeine.cache.Ticker;
import dev.millrace.atproto.identity.DidDocument;
import dev.millrace.atproto.stream.FrameDecoder;
import dev.millrace.atproto.syntax.Did;
import dev.millrace.connectors.ingest.IngestScope;
import dev.millrace.connectors.ingest.Received;
import dev.millrace.schema.event.DeadLetter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What Bluesky's own PDS sent, with the keys that its directory gave. */
class CapturedFirehoseTest {
  private static final JsonMapper JSON = new JsonMapper();

  private final Path capture =
      Path.of(System.getProperty("millrace.shared", "../../shared"), "fixtures/pds-capture");

  @Test
  void shouldConfirmEveryFrameAndSignatureThatAPdsSent() throws IOException {
    assumeTrue(Files.isDirectory(capture), "skipped: no captured frames under " + capture);
    FrameChecker checker =
        new FrameChecker(
            "pds.example", IngestScope.EVERYTHING, keys(), Clock.systemUTC(), Origin.live());
    List<DeadLetter> refused = new ArrayList<>();
    Map<String, Integer> events = new TreeMap<>();
    int unconfirmed = 0;
    for (byte[] frame : frames()) {
      CheckedFrame checked = checker.check(new Received.Message(FrameDecoder.decode(frame), frame));
      refused.addAll(checked.deadLetters);
      checked.events.forEach(event -> events.merge(event.type(), 1, Integer::sum));
      unconfirmed += checked.check == null ? 0 : 1;
    }
    assertThat(refused).extracting(DeadLetter::exception).isEmpty();
    assertThat(unconfirmed).isZero();
    Map<String, Integer> told = told();
    assertThat(events.get("commit")).isEqualTo(told.get("#commit"));
    assertThat(events.get("identity")).isEqualTo(told.get("#identity"));
    assertThat(events.get("account")).isEqualTo(told.get("#account"));
    assertThat(events.get("create")).isPositive();
  }

  private SigningKeys keys() throws IOException {
    SigningKeys keys = new SigningKeys(1_000, Ticker.systemTicker());
    try (Stream<Path> documents = Files.list(capture.resolve("plc"))) {
      for (Path file : documents.toList()) {
        JsonNode json = JSON.readTree(file.toFile());
        DidDocument document = DidDocument.parse(Did.parse(json.path("id").asText()), json);
        if (document.signingKey() != null) {
          keys.learn(document.did(), document.signingKey(), false);
        }
      }
    }
    return keys;
  }

  /** Each after its length in four bytes. */
  private List<byte[]> frames() throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(capture.resolve("firehose.bin")));
    List<byte[]> frames = new ArrayList<>();
    while (bytes.hasRemaining()) {
      byte[] frame = new byte[bytes.getInt()];
      bytes.get(frame);
      frames.add(frame);
    }
    return frames;
  }

  private Map<String, Integer> told() throws IOException {
    Map<String, Integer> types = new TreeMap<>();
    for (String line : Files.readAllLines(capture.resolve("firehose.jsonl"))) {
      types.merge(JSON.readTree(line).path("t").asText(), 1, Integer::sum);
    }
    return types;
  }
}
