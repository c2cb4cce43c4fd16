package dev.millrace.topology.tracker.repo;

import dev.millrace.topology.tracker.identity.IdentityCause;
import org.jspecify.annotations.Nullable;

/**
 * What one event came to.
 *
 * @param repo what is known now
 * @param ask a fetch to ask for, if there is need
 * @param resolve why the DID is to be resolved (again); null if it is not
 */
public record Verdict(
    TrackedRepo repo, Outcome outcome, @Nullable Ask ask, @Nullable IdentityCause resolve) {

  /** A request for a fetch. */
  public record Ask(String reason, @Nullable String rev) {}

  /** In one word, for the metric. */
  public enum Outcome {
    /** It goes on where the last one ended, or says nothing new. */
    CONNECTED,
    /** Its rev is not above the one held: told again, by the same relay or another. */
    REPEATED,
    /** It does not go on where the last one ended. */
    GAP,
    /** The first of its repo, or of a new generation. */
    FIRST,
    /** The account is not active: not applied. */
    INACTIVE,
    /** A newer place has spoken. */
    OUTDATED,
    /** The account's status is another now. */
    CHANGED,
    /** The same, and another host says otherwise. */
    DISPUTED,
    /** A snapshot of less than what is collected. */
    PARTIAL,
    /** What was wanted is there. */
    FULFILLED
  }
}
