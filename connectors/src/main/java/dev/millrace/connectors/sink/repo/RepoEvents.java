package dev.millrace.connectors.sink.repo;

import dev.millrace.atproto.BadDataException;
import dev.millrace.atproto.syntax.Tid;
import dev.millrace.schema.event.AccountEvent;
import dev.millrace.schema.event.CommitEvent;
import dev.millrace.schema.event.IdentityEvent;
import dev.millrace.schema.event.RecordEvent;
import dev.millrace.schema.event.RepoEvent;
import dev.millrace.schema.event.ResetEvent;
import dev.millrace.schema.event.SnapshotEvent;
import dev.millrace.schema.event.SyncEvent;
import org.jspecify.annotations.Nullable;

/** What can be said of an event without knowing its repo. */
public final class RepoEvents {
  private RepoEvents() {}

  /**
   * Whether an event erases an account; it must be applied alone, after {@link
   * RepoBatch#eraseSlice}.
   */
  public static boolean erases(RepoEvent event) {
    return event instanceof AccountEvent account
        && !account.isLive()
        && !account.active()
        && UpstreamStatus.DELETED.equals(account.status());
  }

  /** Whether an event may end a generation; no whole snapshot may close after it in its batch. */
  public static boolean endsGeneration(RepoEvent event) {
    return event instanceof ResetEvent
        || (event instanceof AccountEvent account
            && account.isLive()
            && UpstreamStatus.DELETED.equals(account.status()));
  }

  /** What the repo did, neither part of a snapshot nor of its account. */
  static boolean isOfTheRepoAlone(RepoEvent event) {
    return switch (event) {
      case RecordEvent record -> record.snapshot() == null;
      case CommitEvent commit -> true;
      case SyncEvent sync -> true;
      case SnapshotEvent snapshot -> false;
      case AccountEvent account -> false;
      case IdentityEvent identity -> false;
      case ResetEvent reset -> false;
    };
  }

  /** Revs are compared as text, which holds for TIDs alone. */
  static void checkRev(RepoEvent event) {
    @Nullable String rev =
        switch (event) {
          case RecordEvent record -> record.rev();
          case CommitEvent commit -> commit.rev();
          case SnapshotEvent snapshot -> snapshot.rev();
          case SyncEvent sync -> sync.rev();
          case AccountEvent account -> null;
          case IdentityEvent identity -> null;
          case ResetEvent reset -> null;
        };
    if (rev != null && !Tid.isValid(rev)) {
      throw new BadDataException("rev", "rev is not a TID: " + rev);
    }
  }
}
