package dev.millrace.schema.event;

import org.jspecify.annotations.Nullable;

/**
 * The account's hosting status.
 *
 * @param status why it is not active, in the host's word
 * @param livePos of the backfiller's word (what {@code getRepo} answered): the end of the DID's
 *     {@code firehose_live} partition before it asked. A live event's place is its own offset.
 */
public record AccountEvent(
    long seq,
    String time,
    String did,
    @Nullable String host,
    boolean active,
    @Nullable String status,
    @Nullable Long livePos)
    implements RepoEvent {
  static final String TYPE = "account";

  public AccountEvent {
    RepoEvent.checkOrigin(seq, host);
    if (livePos != null && livePos < 0) {
      throw new IllegalArgumentException("livePos is " + livePos);
    }
  }

  @Override
  public String type() {
    return TYPE;
  }
}
