package dev.millrace.connectors.sink.label;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One (src, uri, val): the latest negation without cid. */
final class NegationSlot {
  private @Nullable Claim stored;
  private @Nullable Claim now;

  void load(Claim row) {
    stored = row;
    now = row;
  }

  void raise(Claim negation) {
    Claim held = now;
    if (held == null || negation.compareTo(held) > 0) {
      now = negation;
    }
  }

  @Nullable Claim latest() {
    return now;
  }

  @Nullable Claim changed() {
    return Objects.equals(now, stored) ? null : now;
  }
}
