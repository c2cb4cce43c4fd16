package dev.millrace.schema.event;

import org.jspecify.annotations.Nullable;

/**
 * Something in the DID document may have changed.
 *
 * @param handle what the host believes; unverified
 */
public record IdentityEvent(
    long seq, String time, String did, @Nullable String host, @Nullable String handle)
    implements RepoEvent {
  static final String TYPE = "identity";

  public IdentityEvent {
    RepoEvent.checkOrigin(seq, host);
  }

  @Override
  public String type() {
    return TYPE;
  }
}
