package dev.millrace.schema.event;

import org.jspecify.annotations.Nullable;

/**
 * The repo was reset to this commit, or changed too much to say how: what it holds must be fetched.
 *
 * @param data the MST root
 * @param unchecked the signature could not be checked yet
 */
public record SyncEvent(
    long seq,
    String time,
    String did,
    @Nullable String host,
    String commit,
    String rev,
    String data,
    boolean unchecked)
    implements RepoEvent {
  static final String TYPE = "sync";

  public SyncEvent {
    RepoEvent.checkOrigin(seq, host);
  }

  @Override
  public String type() {
    return TYPE;
  }
}
