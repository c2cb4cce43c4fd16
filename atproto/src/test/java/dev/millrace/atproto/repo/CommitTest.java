package dev.millrace.atproto.repo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.atproto.BadDataException;
import dev.millrace.atproto.cbor.DagCbor;
import dev.millrace.atproto.cid.Cid;
import dev.millrace.atproto.crypto.Curve;
import dev.millrace.atproto.syntax.Tid;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class CommitTest {
  private final TestRepo repo = new TestRepo(Curve.SECP256K1);
  private final Cid data = Cid.dagCbor(new byte[] {1});

  @Test
  void shouldReadWhatItWrote() {
    for (Cid prev : new @Nullable Cid[] {null, Cid.dagCbor(new byte[] {2})}) {
      Commit commit =
          Commit.sign(TestRepo.DID, Tid.of(1_000_000, 1), data, prev, repo.signingKey());
      Commit read = Commit.decode(commit.encode());
      assertThat(read.encode()).isEqualTo(commit.encode());
      assertThat(read.did()).isEqualTo(TestRepo.DID);
      assertThat(read.rev()).isEqualTo(commit.rev());
      assertThat(read.data()).isEqualTo(data);
      assertThat(read.prev()).isEqualTo(prev);
      assertThat(read.verify(repo.publicKey())).isTrue();
      assertThat(read.verify(new TestRepo(Curve.P256).publicKey())).isFalse();
    }
  }

  @Test
  void shouldSignItsMapWithoutTheSignature() {
    Commit commit = repo.sign();
    Map<Object, Object> fields =
        new HashMap<>((Map<?, ?>) Objects.requireNonNull(DagCbor.decode(commit.encode())));
    fields.remove("sig");
    assertThat(commit.unsignedBytes()).isEqualTo(DagCbor.encode(fields));
    assertThat(repo.publicKey().verify(DagCbor.encode(fields), commit.sig())).isTrue();
  }

  @Test
  void shouldRefuseEveryOtherShape() {
    refuse("version", 2L);
    refuse("version", "3");
    refuse("did", "plc:abc");
    refuse("did", 1L);
    refuse("rev", "today");
    refuse("data", null);
    refuse("prev", "none");
    refuse("sig", new byte[63]);
    refuse("extra", 1L);
  }

  @Test
  void shouldRefuseAMissingField() {
    for (String field : new String[] {"did", "rev", "sig", "data", "prev", "version"}) {
      Map<Object, @Nullable Object> fields = fields();
      fields.remove(field);
      assertThatThrownBy(() -> Commit.decode(DagCbor.encode(fields)))
          .as(field)
          .isInstanceOf(BadDataException.class);
    }
  }

  @Test
  void shouldAnswerNoiseWithBadDataOnly() {
    Random random = new Random(20261122);
    byte[] block = repo.sign().encode();
    for (int round = 0; round < 20_000; round++) {
      byte[] noise = block.clone();
      noise[random.nextInt(noise.length)] = (byte) random.nextInt();
      try {
        assertThat(Commit.decode(noise).encode()).isEqualTo(noise);
      } catch (BadDataException e) {
        assertThat(e.reason()).isIn("commit", "cbor", "cid");
      }
    }
  }

  private void refuse(String field, @Nullable Object value) {
    Map<Object, @Nullable Object> fields = fields();
    fields.put(field, value);
    assertThatThrownBy(() -> Commit.decode(DagCbor.encode(fields)))
        .as(field)
        .isInstanceOf(BadDataException.class);
  }

  private Map<Object, @Nullable Object> fields() {
    return new HashMap<>((Map<?, ?>) Objects.requireNonNull(DagCbor.decode(repo.sign().encode())));
  }
}
