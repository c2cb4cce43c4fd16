package dev.millrace.topology.tracker.identity;

import dev.millrace.schema.event.ResolvedIdentity;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** How a lookup ended. */
public sealed interface IdentityAnswer {
  /**
   * It is known now.
   *
   * @param outcome for the metric: {@code handle}, {@code no-handle}, {@code did-not-found}, …
   */
  record Known(ResolvedIdentity identity, String outcome) implements IdentityAnswer {}

  /**
   * It cannot be known at the moment.
   *
   * @param soFar what is known without the handle; null if not even the document was had
   * @param pause how long whoever answers for all DIDs asked to be left alone
   */
  record Failed(
      String reason,
      @Nullable ResolvedIdentity soFar,
      @Nullable Duration retryAfter,
      @Nullable Duration pause)
      implements IdentityAnswer {}

  /** A fault of ours that no other try mends. */
  record Broken(Throwable cause) implements IdentityAnswer {}
}
