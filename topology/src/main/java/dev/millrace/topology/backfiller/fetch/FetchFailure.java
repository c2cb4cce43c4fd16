package dev.millrace.topology.backfiller.fetch;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Why an attempt brought no repo.
 *
 * @param reason a short stable metric label
 * @param host authority of the PDS, if one was asked
 * @param httpStatus 0 if there was none
 * @param retryAfter how long the host asks to be left alone; cut at {@link HostPolicy#LONGEST_WISH}
 * @param detail for the dead letter: what was wrong
 * @param body of an answer, its beginning; may be empty
 * @param isHopeless asking again hardly helps; few attempts
 */
public record FetchFailure(
    String reason,
    @Nullable String host,
    int httpStatus,
    @Nullable Duration retryAfter,
    String detail,
    String body,
    boolean isHopeless) {

  public FetchFailure {
    if (retryAfter != null && retryAfter.compareTo(HostPolicy.LONGEST_WISH) > 0) {
      retryAfter = HostPolicy.LONGEST_WISH;
    }
  }

  static FetchFailure of(String reason, @Nullable String host, String detail) {
    return new FetchFailure(reason, host, 0, null, detail, "", false);
  }

  static FetchFailure hopeless(String reason, @Nullable String host, String detail) {
    return new FetchFailure(reason, host, 0, null, detail, "", true);
  }

  private static final String HOST_DEAD = "host-dead";

  /** The host was left alone after failures in a row; nothing was asked. */
  public static FetchFailure hostDead(String host, Duration openFor) {
    return new FetchFailure(
        HOST_DEAD, host, 0, openFor, "left alone after failures in a row", "", false);
  }

  /** It may not wait for another attempt, since too many do. */
  public static FetchFailure notParked(String reason, @Nullable String host, FetchFailure cause) {
    return of(
        reason, host, "too many wait already; after " + cause.reason() + ": " + cause.detail());
  }

  public boolean isHostDead() {
    return reason.equals(HOST_DEAD);
  }

  /** It gave a snapshot that is older than what was seen of the repo. */
  public static FetchFailure behind(@Nullable String host, String detail) {
    return hopeless("behind", host, detail);
  }
}
