package dev.millrace.topology.tracker.repo;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What the tracker knows of one DID: the value of its store.
 *
 * <p>A <i>place</i> is an offset of the DID's {@code firehose_live} partition. What came by a fetch
 * that began at {@code livePos} has the place {@code livePos - 1}: the last one that it knew of.
 * {@link #NOWHERE} is before all.
 *
 * @param generation place + 1 of the last deletion or reset; 0 is the first generation
 * @param rev the highest rev of this generation; null if none was seen
 * @param data MST root at {@code rev}; null if only a snapshot told of it
 * @param revPlace where {@code rev} was learnt
 * @param wholePlace of the newest whole snapshot of this generation
 * @param account the newest word about the account, whoever said it
 * @param hosts the last word of each host, at most {@link #MAX_HOSTS}, the oldest first
 * @param wanted what was asked for and not answered yet
 * @param askedAt time of the record that led to the last request, ms since 1970; 0 if there was
 *     none
 */
public record TrackedRepo(
    long generation,
    @Nullable String rev,
    @Nullable String data,
    long revPlace,
    long wholePlace,
    Account account,
    List<HostWord> hosts,
    @Nullable Wanted wanted,
    long askedAt) {
  /** Before every offset. */
  public static final long NOWHERE = -1;

  /** Relays that may speak of one account; of more, those that spoke last are remembered. */
  public static final int MAX_HOSTS = 16;

  /** Nothing is known, not even that the repo is there. */
  public static final TrackedRepo UNKNOWN =
      new TrackedRepo(0, null, null, NOWHERE, NOWHERE, Account.UNKNOWN, List.of(), null, 0);

  public TrackedRepo {
    hosts = List.copyOf(hosts);
  }

  /** What one relay said last of the account. */
  public record HostWord(String host, boolean active, @Nullable String status, long place) {}

  /**
   * What the newest word about the account was.
   *
   * @param hidden the status is one of the account itself, by which its records do not count
   * @param status why it is not active, in the host's word; null if it is active
   */
  public record Account(boolean hidden, @Nullable String status, long place) {
    /** Nobody has said anything. */
    public static final Account UNKNOWN = new Account(false, null, NOWHERE);

    static final String DELETED = "deleted";

    static Account of(boolean active, @Nullable String status, long place) {
      if (active) {
        return new Account(false, null, place);
      }
      boolean hidden =
          status != null
              && switch (status) {
                case DELETED, "deactivated", "suspended", "takendown" -> true;
                // They speak of the relay, or are unknown: they hide nobody.
                default -> false;
              };
      return new Account(hidden, status == null ? "inactive" : status, place);
    }

    boolean isKnown() {
      return place > NOWHERE;
    }

    boolean isDeleted() {
      return DELETED.equals(status);
    }

    boolean saysTheSameAs(Account other) {
      return isKnown()
          && other.isKnown()
          && hidden == other.hidden
          && Objects.equals(status, other.status);
    }
  }
}
