package dev.millrace.schema.event;

import org.jspecify.annotations.Nullable;

/**
 * One event about a repo or its account, on {@code firehose_live} and {@code firehose_backfill};
 * keyed by DID.
 *
 * <p>Fields carry the protocol's own text (DID, NSID, TID, CID), checked at the edges where they
 * came in. JSON: {@link EventCodec}.
 */
public sealed interface RepoEvent
    permits RecordEvent,
        CommitEvent,
        IdentityEvent,
        AccountEvent,
        SyncEvent,
        ResetEvent,
        SnapshotEvent {

  /** The {@code seq} of everything that did not come off a live stream. */
  long BACKFILL_SEQ = -1;

  /** The word in the JSON field {@code type}. */
  String type();

  /**
   * The host's sequence number, or {@link #BACKFILL_SEQ}. Means nothing without {@link #host()}.
   */
  long seq();

  /** ISO 8601; the event's own time, of a snapshot the time in the TID of its rev. */
  String time();

  String did();

  /** The relay (live) or PDS (backfill) it came from; a live event always has one. */
  @Nullable String host();

  /** Whether it came off a live stream. */
  default boolean isLive() {
    return seq() != BACKFILL_SEQ;
  }

  /**
   * Whether it is of a window of a relay's firehose that is read again: it happened some time ago,
   * at no place of the live log, and it is part of no snapshot.
   */
  default boolean isOfWindow() {
    return !isLive()
        && switch (this) {
          case RecordEvent event -> event.snapshot() == null;
          case AccountEvent event -> event.livePos() == null;
          case CommitEvent event -> true;
          case IdentityEvent event -> true;
          case SyncEvent event -> true;
          case ResetEvent event -> false;
          case SnapshotEvent event -> false;
        };
  }

  /** The rule each event's constructor holds itself to. */
  static void checkOrigin(long seq, @Nullable String host) {
    if (seq < BACKFILL_SEQ) {
      throw new IllegalArgumentException("seq is " + seq);
    }
    if (seq != BACKFILL_SEQ && host == null) {
      throw new IllegalArgumentException("a live event without host: its seq means nothing");
    }
  }
}
