package dev.millrace.atproto.identity;

import dev.millrace.atproto.syntax.Did;
import java.io.IOException;

/** Nobody holds a document of this DID: it was never registered, or it was given up. */
public final class DidNotFoundException extends IOException {
  private final boolean tombstoned;

  public DidNotFoundException(Did did, boolean tombstoned) {
    super((tombstoned ? "tombstoned: " : "not found: ") + did);
    this.tombstoned = tombstoned;
  }

  /** Whether it once existed and was given up for good. */
  public boolean tombstoned() {
    return tombstoned;
  }

  /** A short stable metric label: {@code did-not-found} or {@code did-tombstoned}. */
  public String reason() {
    return tombstoned ? "did-tombstoned" : "did-not-found";
  }
}
