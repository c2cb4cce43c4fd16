package dev.millrace.topology.tracker.repo;

import org.jspecify.annotations.Nullable;

/**
 * A fetch that was asked for and is not answered yet. What comes up meanwhile raises what the
 * answer must hold; only when an answer falls short of it is the fetch asked for again.
 *
 * @param reason of the request; the strongest of those that met
 * @param rev that a snapshot must reach; null for any
 * @param place that a fetch must begin after
 * @param askedRev {@code rev} as the last request carried it
 * @param askedPlace {@code place} when the last request was written
 */
public record Wanted(
    String reason, @Nullable String rev, long place, @Nullable String askedRev, long askedPlace) {
  static final String NEW = "new";
  static final String GAP = "gap";
  static final String SYNC = "sync";
  static final String ACTIVE = "active";
  static final String RESET = "reset";

  /** The current PDS is asked whether a status is true. */
  static final String STATUS = "status";

  /** The current PDS is asked whether the account is really gone. */
  static final String DELETION = "deletion";

  static Wanted asked(String reason, @Nullable String rev, long place) {
    return new Wanted(reason, rev, place, rev, place);
  }

  /** As it stands, asked for by a request that is written now. */
  Wanted askedNow() {
    return asked(reason, rev, place);
  }

  /** Something further came up, which the request under way did not know of. */
  Wanted raised(String moreReason, @Nullable String moreRev, long morePlace) {
    return new Wanted(
        kind(moreReason) > kind(reason) ? moreReason : reason,
        later(rev, moreRev),
        Math.max(place, morePlace),
        askedRev,
        askedPlace);
  }

  /** Of a new generation, whose revs cannot be compared with those before. */
  Wanted withoutRev() {
    return new Wanted(reason, null, place, null, askedPlace);
  }

  /** Whether the account's status is part of the question, which a snapshot alone leaves open. */
  boolean asksForStatus() {
    return kind(reason) > 0;
  }

  boolean isWeakerThan(String otherReason) {
    return kind(reason) < kind(otherReason);
  }

  boolean isRaised() {
    return place > askedPlace || isLater(rev, askedRev);
  }

  /** Whether a fetch that began there came after all that is to be known. */
  boolean isBefore(long livePos) {
    return place < livePos;
  }

  boolean isReachedBy(String snapshotRev) {
    return rev == null || rev.compareTo(snapshotRev) <= 0;
  }

  /** Whether a fetch that began there may have begun before the request: its answer is to come. */
  boolean isAskedAfter(long livePos) {
    return livePos <= askedPlace;
  }

  private static int kind(String reason) {
    return switch (reason) {
      case DELETION -> 2;
      case STATUS -> 1;
      default -> 0;
    };
  }

  private static @Nullable String later(@Nullable String a, @Nullable String b) {
    return isLater(a, b) ? a : b;
  }

  private static boolean isLater(@Nullable String a, @Nullable String b) {
    return a != null && (b == null || a.compareTo(b) > 0);
  }
}
