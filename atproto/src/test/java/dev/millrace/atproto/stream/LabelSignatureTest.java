package dev.millrace.atproto.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.atproto.cbor.CborWriter;
import dev.millrace.atproto.cbor.DagCbor;
import dev.millrace.atproto.crypto.Curve;
import dev.millrace.atproto.crypto.SigningKey;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LabelSignatureTest {
  private final SigningKey key = SigningKey.of(Curve.SECP256K1, seed(1));

  @Test
  void shouldVerifyALabelThatWentThroughAFrame() {
    Label label = Label.unsigned(Frames.DID, "at://x/y/z", null, "spam", false, Frames.TIME, null);
    Label received = throughAFrame(label.signed(key.sign(label.unsigned())));
    assertThat(LabelSignature.verify(received, key.publicKey())).isTrue();
    assertThat(LabelSignature.verify(received, SigningKey.of(Curve.SECP256K1, seed(2)).publicKey()))
        .isFalse();
  }

  @Test
  void shouldVerifyOverTheFieldsAsReceivedEvenUnknownOnesAndAFalseNeg() {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("ver", 1L);
    fields.put("src", Frames.DID.value());
    fields.put("uri", Frames.DID.value());
    fields.put("val", "porn");
    fields.put("neg", false);
    fields.put("cts", Frames.TIME);
    fields.put("zzz", List.of("later"));
    byte[] signature = key.sign(DagCbor.encode(fields));
    fields.put("sig", signature);
    byte[] frame =
        new CborWriter()
            .map(2)
            .text("t")
            .text("#labels")
            .text("op")
            .integer(1)
            .encoded(DagCbor.encode(Map.of("seq", 1L, "labels", List.of(fields))))
            .toBytes();
    Label received = ((LabelsMessage) FrameDecoder.decode(frame)).labels().getFirst();
    assertThat(LabelSignature.verify(received, key.publicKey())).isTrue();
  }

  @Test
  void shouldRefuseAChangedOrUnsignedLabel() {
    Label label = Label.unsigned(Frames.DID, "at://x/y/z", null, "spam", false, Frames.TIME, null);
    Label negated = Label.unsigned(Frames.DID, "at://x/y/z", null, "spam", true, Frames.TIME, null);
    assertThat(
            LabelSignature.verify(
                throughAFrame(negated.signed(key.sign(label.unsigned()))), key.publicKey()))
        .isFalse();
    assertThat(LabelSignature.verify(throughAFrame(label), key.publicKey())).isFalse();
  }

  private static Label throughAFrame(Label label) {
    byte[] frame = FrameEncoder.encode(new LabelsMessage(1, List.of(label)));
    return ((LabelsMessage) FrameDecoder.decode(frame)).labels().getFirst();
  }

  private static byte[] seed(int fill) {
    byte[] seed = new byte[32];
    java.util.Arrays.fill(seed, (byte) fill);
    return seed;
  }
}
