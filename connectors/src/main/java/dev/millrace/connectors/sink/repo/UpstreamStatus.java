package dev.millrace.connectors.sink.repo;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The words of {@code actor.upstreamStatus}, by which the AppView hides an account. */
public final class UpstreamStatus {
  public static final String DELETED = "deleted";

  private static final String DEACTIVATED = "deactivated";
  private static final Set<String> KNOWN = Set.of(DEACTIVATED, "suspended", "takendown");

  private UpstreamStatus() {}

  /**
   * Null for an active account, and for words that say nothing of the account itself
   * (desynchronized, throttled, unknown ones): they hide nobody. An account said to be deleted is
   * hidden like a deactivated one until its deletion is confirmed and its rows are erased.
   */
  public static @Nullable String of(boolean active, @Nullable String status) {
    if (active || status == null) {
      return null;
    }
    if (status.equals(DELETED)) {
      return DEACTIVATED;
    }
    return KNOWN.contains(status) ? status : null;
  }
}
