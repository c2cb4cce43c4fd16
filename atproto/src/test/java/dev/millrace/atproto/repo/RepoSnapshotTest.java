package dev.millrace.atproto.repo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.atproto.BadDataException;
import dev.millrace.atproto.car.Car;
import dev.millrace.atproto.car.CarLimits;
import dev.millrace.atproto.car.CarWriter;
import dev.millrace.atproto.car.MapBlocks;
import dev.millrace.atproto.cid.Cid;
import dev.millrace.atproto.crypto.Curve;
import dev.millrace.atproto.syntax.Did;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class RepoSnapshotTest {
  private final TestRepo repo = new TestRepo(Curve.SECP256K1);

  @BeforeEach
  void fill() {
    for (int i = 0; i < 100; i++) {
      repo.put("com.example.record/" + i * 31, "text " + i);
    }
    repo.put("app.bsky.actor.profile/self", "me");
  }

  @ParameterizedTest
  @EnumSource(Curve.class)
  void shouldReadAWholeRepo(Curve curve) {
    TestRepo small = new TestRepo(curve);
    small.put("com.example.record/a", "x");
    RepoSnapshot snapshot = open(small, small.blocks(small.sign()));
    assertThat(snapshot.recordCount()).isEqualTo(1);
  }

  @Test
  void shouldHandOverEveryRecordInOrder() {
    RepoSnapshot snapshot = open(repo, repo.blocks(repo.sign()));
    Map<String, Cid> truth = new LinkedHashMap<>();
    repo.tree().forEachEntry(truth::put);
    Map<String, Cid> emitted = new LinkedHashMap<>();
    snapshot.forEachRecord(
        (collection, rkey, cid, block) -> {
          assertThat(cid.matches(block)).isTrue();
          emitted.put(collection + "/" + rkey, cid);
        });
    assertThat(emitted).containsExactlyEntriesOf(truth);
    assertThat(snapshot.recordCount()).isEqualTo(101);
  }

  @Test
  void shouldReadAnEmptyRepo() {
    TestRepo empty = new TestRepo(Curve.P256);
    assertThat(open(empty, empty.blocks(empty.sign())).recordCount()).isZero();
  }

  @Test
  void shouldHandOverABlockThatIsNoRecordAsItIs() {
    byte[] noise = {(byte) 0xFF, 1, 2};
    Cid cid = Cid.dagCbor(noise);
    repo.tree().put("com.example.record/noise", cid);
    Commit commit = repo.sign();
    MapBlocks blocks = new MapBlocks();
    blocks.put(commit.cid(), commit.encode());
    repo.tree().forEachBlock(blocks::put);
    repo.tree().forEachEntry((path, leaf) -> blocks.put(leaf, noise));
    List<String> emitted = new ArrayList<>();
    open(repo, blocks).forEachRecord((collection, rkey, leaf, block) -> emitted.add(rkey));
    assertThat(emitted).hasSize(102).contains("noise");
  }

  @Test
  void shouldRefuseARepoCutAtAnyBlock() {
    Map<Cid, byte[]> all = repo.blocks(repo.sign()).asMap();
    MapBlocks growing = new MapBlocks();
    Cid root = all.keySet().iterator().next();
    int refused = 0;
    for (Map.Entry<Cid, byte[]> block : all.entrySet()) {
      assertBad("incomplete", growing, root);
      refused++;
      growing.put(block.getKey(), block.getValue());
    }
    assertThat(refused).isEqualTo(all.size()).isGreaterThan(110);
    assertThat(open(repo, growing).recordCount()).isEqualTo(101);
  }

  @Test
  void shouldRefuseARepoThatMissesAnyOneBlock() {
    Map<Cid, byte[]> all = repo.blocks(repo.sign()).asMap();
    Cid root = all.keySet().iterator().next();
    for (Cid missing : all.keySet()) {
      MapBlocks fewer = new MapBlocks();
      all.forEach(
          (cid, block) -> {
            if (!cid.equals(missing)) {
              fewer.put(cid, block);
            }
          });
      assertBad("incomplete", fewer, root);
    }
  }

  @Test
  void shouldRefuseEveryFlippedByteOrReadTheSame() {
    Commit commit = repo.sign();
    byte[] car = CarWriter.toBytes(commit.cid(), repo.blocks(commit).asMap());
    Random random = new Random(9);
    int refused = 0;
    for (int i = 0; i < car.length; i += 3) {
      byte[] flipped = car.clone();
      flipped[i] ^= (byte) (1 + random.nextInt(255));
      try {
        Car read = Car.read(flipped, CarLimits.REPO);
        RepoSnapshot snapshot =
            RepoSnapshot.open(
                read.blocks(), read.root(), TestRepo.DID, repo.publicKey(), TestRepo.NOW);
        assertThat(snapshot.commitCid()).isEqualTo(commit.cid());
        assertThat(snapshot.recordCount()).isEqualTo(101);
      } catch (BadDataException e) {
        refused++;
      }
    }
    assertThat(refused).isEqualTo((car.length + 2) / 3);
  }

  @Test
  void shouldRefuseWhatIsNotTheAccountsOwnWord() {
    Commit commit = repo.sign();
    MapBlocks blocks = repo.blocks(commit);
    Did stranger = new Did("did:plc:7hw22bjhrcqpysbz2kd2vclu");
    assertThatThrownBy(
            () -> RepoSnapshot.open(blocks, commit.cid(), stranger, repo.publicKey(), TestRepo.NOW))
        .hasMessageContaining("commit of did:plc:yh42");
    assertThatThrownBy(
            () ->
                RepoSnapshot.open(
                    blocks,
                    commit.cid(),
                    TestRepo.DID,
                    new TestRepo(Curve.P256).publicKey(),
                    TestRepo.NOW))
        .isInstanceOfSatisfying(
            BadDataException.class, e -> assertThat(e.reason()).isEqualTo("signature"));
    assertThatThrownBy(
            () ->
                RepoSnapshot.open(
                    blocks,
                    commit.cid(),
                    TestRepo.DID,
                    repo.publicKey(),
                    TestRepo.NOW.minusSeconds(2_000)))
        .hasMessageContaining("future");
  }

  private static RepoSnapshot open(TestRepo repo, MapBlocks blocks) {
    Cid root = blocks.asMap().keySet().iterator().next();
    return RepoSnapshot.open(blocks, root, TestRepo.DID, repo.publicKey(), TestRepo.NOW);
  }

  private void assertBad(String reason, MapBlocks blocks, Cid root) {
    assertThatThrownBy(
            () -> RepoSnapshot.open(blocks, root, TestRepo.DID, repo.publicKey(), TestRepo.NOW))
        .isInstanceOfSatisfying(
            BadDataException.class, e -> assertThat(e.reason()).isEqualTo(reason));
  }
}
