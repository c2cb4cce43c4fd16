package dev.millrace.connectors.sink.label;

import dev.millrace.connectors.sink.repo.Outcome;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One (src, uri, cid, val): the row that the database holds, and the claim that shall hold. The
 * row's {@code neg} also says whether a negation without cid overrides it, so the row of a claim
 * that is no negation may read as one.
 */
final class LabelSlot {
  private @Nullable Claim stored;
  private @Nullable Claim now;

  void load(Claim row) {
    stored = row;
    now = row;
  }

  Outcome claim(Claim claim) {
    Claim held = now;
    int order = held == null ? 1 : claim.compareTo(held);
    if (order > 0) {
      now = claim;
      return Outcome.APPLIED;
    }
    return order == 0 ? Outcome.DUPLICATE : Outcome.STALE;
  }

  boolean isStored() {
    return stored != null;
  }

  /** The row to write, if it differs from the one that is there. */
  @Nullable Claim changed(@Nullable Claim negation) {
    Claim held = now;
    if (held == null) {
      return null;
    }
    boolean isNegated = held.isNegation() || (negation != null && negation.compareTo(held) > 0);
    Claim row = new Claim(held.cts(), held.seq(), isNegated, held.exp());
    return Objects.equals(row, stored) ? null : row;
  }
}
