package dev.millrace.atproto.stream;

import dev.millrace.atproto.syntax.Did;
import dev.millrace.atproto.syntax.Tid;

/**
 * {@code #sync}: a repository was reset to this commit, whatever it was before.
 *
 * @param blocks a CAR with the signed commit alone, unread
 * @param time when the host saw it, as the host wrote it, unchecked
 */
@SuppressWarnings("ArrayRecordComponent") // a body on its way to one reader, never compared
public record SyncMessage(long seq, Did did, Tid rev, byte[] blocks, String time)
    implements StreamMessage {

  @Override
  public Long cursor() {
    return seq;
  }
}
