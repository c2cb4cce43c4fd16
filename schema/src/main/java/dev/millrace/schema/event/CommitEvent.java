package dev.millrace.schema.event;

import org.jspecify.annotations.Nullable;

/**
 * Closes a commit, an empty one too: its records came before. A repo's rev advances here.
 *
 * @param since the rev before, as the host says
 * @param prevData the MST root before; old PDSes leave it out
 * @param data the MST root after
 * @param unchecked the signature could not be checked yet
 */
public record CommitEvent(
    long seq,
    String time,
    String did,
    @Nullable String host,
    String commit,
    String rev,
    @Nullable String since,
    @Nullable String prevData,
    String data,
    boolean unchecked)
    implements RepoEvent {
  static final String TYPE = "commit";

  public CommitEvent {
    RepoEvent.checkOrigin(seq, host);
  }

  @Override
  public String type() {
    return TYPE;
  }
}
