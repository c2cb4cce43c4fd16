package dev.millrace.atproto.repo;

import dev.millrace.atproto.BadDataException;
import dev.millrace.atproto.car.Car;
import dev.millrace.atproto.car.CarLimits;
import dev.millrace.atproto.cid.Cid;
import dev.millrace.atproto.syntax.Did;
import dev.millrace.atproto.syntax.Tid;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A commit of the stream whose blocks bear out what its message says. The signature is not checked
 * here: {@link Commit#verify}.
 *
 * <p>Reasons of {@code BadDataException}: those of the CAR; "commit" where the message and its
 * blocks contradict each other; "too-big" past a limit; "incomplete" for a block that is not there;
 * "inversion" if the operations do not lead from the tree before to the tree after.
 *
 * @see <a href="https://atproto.com/specs/sync#commit-validation">sync, commit validation</a>
 */
public final class CommitProof {
  private final Commit commit;
  private final List<ProvenOp> operations;
  private final boolean inverted;

  private CommitProof(Commit commit, List<ProvenOp> operations, boolean inverted) {
    this.commit = commit;
    this.operations = operations;
    this.inverted = inverted;
  }

  /**
   * Checks a {@code #commit}: its CAR's root is the commit, the commit is this repository's at this
   * rev, every record it wrote is there, and its operations lead from {@code prevData} to its tree.
   * Without {@code prevData} the tree must at least show what the operations left.
   *
   * @param blocks the CAR of the message
   */
  public static CommitProof verify(
      CommitClaim claim, byte[] blocks, CommitLimits limits, Instant now) {
    requireNormal(claim.operations(), limits);
    Car car = Car.read(blocks, limits.car());
    if (!car.root().equals(claim.commit())) {
      throw Commit.bad("the message's commit is not the root of its blocks");
    }
    Commit commit = commit(car, claim.did(), claim.rev(), now);
    List<ProvenOp> operations = new ArrayList<>(claim.operations().size());
    for (RepoOp operation : claim.operations()) {
      Cid cid = operation.cid();
      operations.add(new ProvenOp(operation, cid == null ? null : require(car, cid, "record")));
    }
    Cid prevData = claim.prevData();
    if (prevData == null) {
      MstInversion.requireDone(car.blocks(), commit.data(), claim.operations());
    } else if (!MstInversion.invert(car.blocks(), commit.data(), claim.operations())
        .equals(prevData)) {
      throw new BadDataException("inversion", "the operations do not begin at prevData");
    }
    return new CommitProof(commit, List.copyOf(operations), prevData != null);
  }

  /**
   * Checks a {@code #sync}: its CAR's root is a commit of this repository at this rev.
   *
   * @param blocks the CAR of the message
   */
  public static Commit verifySync(Did did, Tid rev, byte[] blocks, CarLimits limits, Instant now) {
    return commit(Car.read(blocks, limits), did, rev, now);
  }

  private static Commit commit(Car car, Did did, Tid rev, Instant now) {
    Commit commit = Commit.decode(require(car, car.root(), "commit"));
    if (!commit.did().equals(did)) {
      throw Commit.bad("a commit of " + commit.did() + " in a message of " + did);
    }
    if (!commit.rev().equals(rev)) {
      throw Commit.bad("a commit at " + commit.rev() + " in a message at " + rev);
    }
    commit.requireRevNotAhead(now);
    return commit;
  }

  private static void requireNormal(List<RepoOp> operations, CommitLimits limits) {
    if (operations.size() > limits.maxOperations()) {
      throw new BadDataException("too-big", "a commit of " + operations.size() + " operations");
    }
    Set<String> paths = new HashSet<>();
    for (RepoOp operation : operations) {
      if (!paths.add(operation.path())) {
        throw Commit.bad("two operations on " + operation.path());
      }
    }
  }

  private static byte[] require(Car car, Cid cid, String what) {
    byte[] block = car.blocks().get(cid);
    if (block == null) {
      throw new BadDataException("incomplete", "the " + what + " " + cid + " is missing");
    }
    return block;
  }

  public Commit commit() {
    return commit;
  }

  /** In the order of the message. */
  public List<ProvenOp> operations() {
    return operations;
  }

  /** Whether the operations were inverted to {@code prevData}; not if the message had none. */
  public boolean inverted() {
    return inverted;
  }
}
