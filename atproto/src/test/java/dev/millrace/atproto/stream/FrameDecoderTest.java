package dev.millrace.atproto.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.atproto.BadDataException;
import dev.millrace.atproto.cbor.DagCbor;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class FrameDecoderTest {

  static List<StreamMessage> messages() {
    return Frames.all();
  }

  @ParameterizedTest
  @MethodSource("messages")
  void shouldReadWhatTheEncoderWrote(StreamMessage message) {
    assertThat(FrameDecoder.decode(FrameEncoder.encode(message)))
        .usingRecursiveComparison()
        .isEqualTo(message);
  }

  @ParameterizedTest
  @MethodSource("messages")
  void shouldRefuseEveryTruncationAndTrailingBytes(StreamMessage message) {
    byte[] frame = FrameEncoder.encode(message);
    for (int length = 0; length < frame.length; length++) {
      assertBad(Arrays.copyOf(frame, length));
    }
    assertBad(Arrays.copyOf(frame, frame.length + 1));
  }

  @Test
  void shouldReadTheOpOfAnErrorFrameAsSigned() {
    byte[] frame = frame(Map.of("op", -1L), Map.of("error", "ConsumerTooSlow", "message", "bye"));
    assertThat(FrameDecoder.decode(frame)).isEqualTo(new ErrorMessage("ConsumerTooSlow", "bye"));
    assertBad(frame(Map.of("op", -2L), Map.of("error", "x")));
    assertBad(frame(Map.of("op", 4294967295L), Map.of("error", "x")));
    assertBad(frame(Map.of("op", 0L, "t", "#info"), Map.of("name", "x")));
    assertBad(frame(Map.of("t", "#info"), Map.of("name", "x")));
    assertBad(frame(Map.of("op", 1L), Map.of("name", "x")));
  }

  @Test
  void shouldHandOnUnknownTypesWithTheirSeqIfTheyHaveOne() {
    Map<String, Object> header = Map.of("op", 1L, "t", "#tombstone");
    assertThat(FrameDecoder.decode(frame(header, Map.of("seq", 99L, "did", "x"))).cursor())
        .isEqualTo(99L);
    assertThat(FrameDecoder.decode(frame(header, Map.of("seq", "text"))).cursor()).isNull();
    assertThat(FrameDecoder.decode(frame(header, Map.of())))
        .isInstanceOfSatisfying(
            UnknownMessage.class, unknown -> assertThat(unknown.type()).isEqualTo("#tombstone"));
    assertBad(frame(header, List.of()));
  }

  @Test
  void shouldRefuseACommitThatLacksAFieldOrHasANonsensicalOne() {
    Map<String, @Nullable Object> good = commit();
    assertThat(decodeCommit(good)).isInstanceOf(CommitMessage.class);
    for (String field : List.of("seq", "repo", "rev", "commit", "ops", "time")) {
      Map<String, @Nullable Object> body = commit();
      body.remove(field);
      assertBad(frame(Map.of("op", 1L, "t", "#commit"), body));
    }
    Map<String, @Nullable Object> wrong = new HashMap<>();
    wrong.put("seq", -1L);
    wrong.put("repo", "alice.test");
    wrong.put("rev", "yesterday");
    wrong.put("commit", "bafy");
    wrong.put("tooBig", "no");
    wrong.put("ops", List.of(Map.of("action", "steal", "path", "a.b.c/d", "cid", Frames.ONE)));
    wrong.put("blocks", "text");
    wrong.forEach(
        (field, value) -> {
          Map<String, @Nullable Object> body = commit();
          body.put(field, value);
          assertBad(frame(Map.of("op", 1L, "t", "#commit"), body));
        });
  }

  @Test
  void shouldRefuseOperationsWhosePathOrCidDoNotFit() {
    for (Map<String, Object> op :
        List.<Map<String, Object>>of(
            Map.of("action", "create", "path", "a.b.c/d"),
            Map.of("action", "delete", "path", "a.b.c/d", "cid", Frames.ONE),
            Map.of("action", "create", "path", "a.b.c", "cid", Frames.ONE),
            Map.of("action", "create", "path", "/d", "cid", Frames.ONE),
            Map.of("action", "create", "path", "a.b.c/", "cid", Frames.ONE),
            Map.of("action", "create", "path", "a.b.c/d/e", "cid", Frames.ONE))) {
      Map<String, @Nullable Object> body = commit();
      body.put("ops", List.of(op));
      assertBad(frame(Map.of("op", 1L, "t", "#commit"), body));
    }
  }

  @Test
  void shouldNeverThrowAnythingButBadData() {
    Random random = new Random(11);
    List<byte[]> frames = Frames.all().stream().map(FrameEncoder::encode).toList();
    int accepted = 0;
    for (int i = 0; i < 100_000; i++) {
      byte[] frame = frames.get(random.nextInt(frames.size())).clone();
      for (int k = random.nextInt(3); k >= 0; k--) {
        frame[random.nextInt(frame.length)] = (byte) random.nextInt(256);
      }
      try {
        FrameEncoder.encode(FrameDecoder.decode(frame));
        accepted++;
      } catch (BadDataException e) {
        assertThat(e.reason()).isEqualTo("frame");
      }
    }
    assertThat(accepted).isBetween(1_000, 90_000);
  }

  private static StreamMessage decodeCommit(Map<String, @Nullable Object> body) {
    return FrameDecoder.decode(frame(Map.of("op", 1L, "t", "#commit"), body));
  }

  private static Map<String, @Nullable Object> commit() {
    Map<String, @Nullable Object> body = new HashMap<>();
    body.put("seq", 1L);
    body.put("repo", Frames.DID.value());
    body.put("rev", Frames.REV.value());
    body.put("since", null);
    body.put("commit", Frames.ONE);
    body.put("ops", List.of(Map.of("action", "create", "path", "a.b.c/d", "cid", Frames.ONE)));
    body.put("blocks", new byte[0]);
    body.put("time", Frames.TIME);
    return body;
  }

  private static byte[] frame(Object header, Object body) {
    ByteArrayOutputStream frame = new ByteArrayOutputStream();
    frame.writeBytes(DagCbor.encode(header));
    frame.writeBytes(DagCbor.encode(body));
    return frame.toByteArray();
  }

  private static void assertBad(byte[] frame) {
    assertThatThrownBy(() -> FrameDecoder.decode(frame))
        .isInstanceOfSatisfying(
            BadDataException.class, e -> assertThat(e.reason()).isEqualTo("frame"));
  }
}
