package dev.millrace.atproto.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.atproto.cbor.CborWriter;
import dev.millrace.atproto.cbor.DagCbor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FrameSubjectTest {
  private static final FrameSubject COMMIT = new FrameSubject("#commit", 7L, Frames.DID);

  @Test
  void shouldNameTheRepositoryOfACommitThatWasCut() {
    byte[] whole = FrameEncoder.encode(Frames.all().getFirst());
    assertThat(FrameSubject.of(whole)).isEqualTo(COMMIT);
    assertThat(FrameSubject.of(Arrays.copyOf(whole, whole.length - 120))).isEqualTo(COMMIT);
  }

  @Test
  void shouldNameTheRepositoryOfACommitWithAWrongField() {
    byte[] frame =
        new CborWriter()
            .map(2)
            .text("t")
            .text("#commit")
            .text("op")
            .integer(1)
            .encoded(
                DagCbor.encode(
                    Map.of("seq", 7L, "repo", Frames.DID.value(), "ops", List.of("nonsense"))))
            .toBytes();
    assertThat(FrameSubject.of(frame)).isEqualTo(COMMIT);
  }

  @Test
  void shouldTellNothingOfNothing() {
    FrameSubject nothing = new FrameSubject(null, null, null);
    assertThat(FrameSubject.of(new byte[0])).isEqualTo(nothing);
    assertThat(FrameSubject.of(new byte[] {1, 2, 3})).isEqualTo(nothing);
    assertThat(FrameSubject.of(DagCbor.encode(Map.of("did", "did:", "seq", "x"))))
        .isEqualTo(nothing);
  }
}
