package dev.millrace.atproto.repo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.atproto.BadDataException;
import dev.millrace.atproto.car.CarLimits;
import dev.millrace.atproto.car.CarWriter;
import dev.millrace.atproto.cid.Cid;
import dev.millrace.atproto.crypto.Curve;
import dev.millrace.atproto.syntax.Did;
import dev.millrace.atproto.syntax.Tid;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class CommitProofTest {
  private final TestRepo repo = new TestRepo(Curve.P256);

  @BeforeEach
  void fill() {
    for (int i = 0; i < 300; i++) {
      repo.put(path(i), "first " + i);
    }
    repo.commit();
  }

  @Test
  void shouldProveCommitsOfEveryKind() {
    Random random = new Random(20261122);
    for (int round = 0; round < 200; round++) {
      List<Integer> places = new ArrayList<>();
      for (int i = 0; i < 600; i++) {
        places.add(i);
      }
      Collections.shuffle(places, random);
      for (int place : places.subList(0, random.nextInt(20))) {
        if (repo.tree().get(path(place)) != null && random.nextBoolean()) {
          repo.delete(path(place));
        } else {
          repo.put(path(place), "round " + round);
        }
      }
      TestRepo.Sent sent = repo.commit();
      CommitProof proof = verify(sent.claim(), sent.car());
      assertThat(proof.inverted()).isTrue();
      assertThat(proof.commit().verify(repo.publicKey())).isTrue();
      assertThat(proof.operations()).hasSameSizeAs(sent.claim().operations());
      for (ProvenOp op : proof.operations()) {
        Cid cid = op.operation().cid();
        byte[] record = op.record();
        assertThat(record == null ? null : Cid.dagCbor(record)).isEqualTo(cid);
      }
    }
  }

  @Test
  void shouldProveWithoutPrevDataByTheTreeAlone() {
    TestRepo.Sent sent = mixed();
    CommitClaim claim = sent.claim();
    CommitClaim old = with(claim, null, withoutPrev(claim.operations()));
    assertThat(verify(old, sent.car()).inverted()).isFalse();
    List<RepoOp> wrong = new ArrayList<>(withoutPrev(claim.operations()));
    wrong.set(2, new RepoOp(RepoOp.Action.DELETE, wrong.get(2).path(), null, null));
    refuse("inversion", with(claim, null, wrong), sent.car());
  }

  @Test
  void shouldRefuseAMessageThatContradictsItsCommit() {
    TestRepo.Sent sent = mixed();
    CommitClaim claim = sent.claim();
    List<RepoOp> ops = claim.operations();
    byte[] car = sent.car();
    Cid other = Cid.dagCbor(new byte[] {1});
    Did stranger = new Did("did:plc:7hw22bjhrcqpysbz2kd2vclu");
    refuse(
        "commit",
        new CommitClaim(stranger, claim.rev(), claim.commit(), claim.prevData(), ops),
        car);
    Tid later = Tid.of(claim.rev().micros() + 1, 3);
    refuse(
        "commit", new CommitClaim(claim.did(), later, claim.commit(), claim.prevData(), ops), car);
    refuse("commit", new CommitClaim(claim.did(), claim.rev(), other, claim.prevData(), ops), car);
    refuse("inversion", with(claim, other, ops), car);
  }

  @Test
  void shouldRefuseOperationsThatAreNotTheCommits() {
    TestRepo.Sent sent = mixed();
    CommitClaim claim = sent.claim();
    for (int i = 0; i < claim.operations().size(); i++) {
      List<RepoOp> fewer = new ArrayList<>(claim.operations());
      RepoOp left = fewer.remove(i);
      assertThatThrownBy(() -> verify(with(claim, claim.prevData(), fewer), sent.car()))
          .isInstanceOf(BadDataException.class);
      fewer.add(left);
      assertThat(verify(with(claim, claim.prevData(), fewer), sent.car()).inverted()).isTrue();
      fewer.add(left);
      refuse("commit", with(claim, claim.prevData(), fewer), sent.car());
    }
    refuse("inversion", with(claim, claim.prevData(), withoutPrev(claim.operations())), sent.car());
    CommitLimits tight = new CommitLimits(claim.operations().size() - 1, CarLimits.COMMIT);
    assertThatThrownBy(() -> CommitProof.verify(claim, sent.car(), tight, TestRepo.NOW))
        .isInstanceOfSatisfying(
            BadDataException.class, e -> assertThat(e.reason()).isEqualTo("too-big"));
  }

  @Test
  void shouldNeedEveryBlockThatIsNotAMereNeighbour() {
    TestRepo.Sent sent = mixed();
    int needed = 0;
    for (Cid missing : sent.blocks().asMap().keySet()) {
      Map<Cid, byte[]> fewer = new LinkedHashMap<>(sent.blocks().asMap());
      fewer.remove(missing);
      byte[] car = CarWriter.toBytes(sent.claim().commit(), fewer);
      try {
        assertThat(verify(sent.claim(), car).inverted()).isTrue();
      } catch (BadDataException e) {
        assertThat(e.reason()).isEqualTo("incomplete");
        needed++;
      }
    }
    assertThat(needed).isGreaterThan(6);
  }

  @Test
  void shouldRefuseARevInTheFuture() {
    TestRepo.Sent sent = mixed();
    assertThatThrownBy(
            () ->
                CommitProof.verify(
                    sent.claim(),
                    sent.car(),
                    CommitLimits.DEFAULT,
                    TestRepo.NOW.minusSeconds(3_000)))
        .isInstanceOfSatisfying(
            BadDataException.class, e -> assertThat(e.reason()).isEqualTo("commit"));
  }

  @Test
  void shouldReadTheCommitOfASync() {
    Commit commit = repo.sign();
    byte[] car = CarWriter.toBytes(commit.cid(), Map.of(commit.cid(), commit.encode()));
    Commit read =
        CommitProof.verifySync(TestRepo.DID, commit.rev(), car, CarLimits.COMMIT, TestRepo.NOW);
    assertThat(read.data()).isEqualTo(repo.tree().root());
    assertThat(read.verify(repo.publicKey())).isTrue();
  }

  @Test
  void shouldAnswerNoiseWithBadDataOnly() {
    TestRepo.Sent sent = mixed();
    byte[] car = sent.car();
    byte[] commit = verify(sent.claim(), car).commit().encode();
    Random random = new Random(20261122);
    for (int round = 0; round < 5_000; round++) {
      byte[] noise = car.clone();
      noise[random.nextInt(noise.length)] ^= (byte) (1 << random.nextInt(8));
      try {
        CommitProof proof = verify(sent.claim(), noise);
        assertThat(proof.commit().encode()).as("identical").isEqualTo(commit);
      } catch (BadDataException e) {
        assertThat(e.reason()).isNotBlank();
      }
    }
  }

  private TestRepo.Sent mixed() {
    repo.delete(path(3));
    repo.delete(path(200));
    repo.put(path(5), "changed");
    repo.put(path(1_000), "new");
    repo.put(path(1_001), "new too");
    return repo.commit();
  }

  private static List<RepoOp> withoutPrev(List<RepoOp> operations) {
    return operations.stream()
        .map(op -> new RepoOp(op.action(), op.path(), op.cid(), null))
        .toList();
  }

  private static CommitClaim with(CommitClaim claim, @Nullable Cid prevData, List<RepoOp> ops) {
    return new CommitClaim(claim.did(), claim.rev(), claim.commit(), prevData, ops);
  }

  private static CommitProof verify(CommitClaim claim, byte[] car) {
    return CommitProof.verify(claim, car, CommitLimits.DEFAULT, TestRepo.NOW);
  }

  private static void refuse(String reason, CommitClaim claim, byte[] car) {
    assertThatThrownBy(() -> verify(claim, car))
        .isInstanceOfSatisfying(
            BadDataException.class, e -> assertThat(e.reason()).isEqualTo(reason));
  }

  private static String path(int i) {
    return "com.example.record/" + Integer.toString(100_000 + i * 7919, 36);
  }
}
