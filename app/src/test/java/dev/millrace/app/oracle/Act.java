package dev.millrace.app.oracle;

import dev.millrace.simulator.fault.FaultKind;
import org.jspecify.annotations.Nullable;

/** What a script may let happen besides the network's own steps. */
enum Act {
  // What accounts do.
  DEACTIVATE(null),
  SUSPEND(null),
  TAKE_DOWN(null),
  WAKE(null),
  DELETE_ACCOUNT(null),
  /** A deleted one comes back, with revs below those before. */
  RECREATE_ACCOUNT(null),
  MIGRATE(null),
  ROTATE_KEY(null),
  CHANGE_HANDLE(null),
  /** Only {@code #sync} tells of it. */
  RESET_REPO(null),

  // How streams are delivered; each strikes the next event of the first relay or
  // labeler.
  DISCONNECT(FaultKind.DISCONNECT),
  SILENCE(FaultKind.SILENCE),
  TOO_SLOW(FaultKind.CONSUMER_TOO_SLOW),
  REPEATED_EVENT(FaultKind.REPEATED_SEQ),
  EARLIER_EVENT(FaultKind.EARLIER_SEQ),
  CUT_FRAME(FaultKind.TRUNCATED_FRAME),
  UNKNOWN_EVENT(FaultKind.UNKNOWN_EVENT),
  FLIPPED_BYTE_IN_COMMIT(FaultKind.FLIPPED_BYTE_IN_COMMIT),
  FORGED_COMMIT(FaultKind.WRONG_SIGNATURE_IN_COMMIT),

  TEXT_FRAME(FaultKind.TEXT_FRAME),
  HUGE_FRAME(FaultKind.HUGE_FRAME),
  LABELS_DISCONNECT(FaultKind.DISCONNECT),
  LABELS_TOO_SLOW(FaultKind.CONSUMER_TOO_SLOW),
  LABELS_REPEATED(FaultKind.REPEATED_SEQ),
  LABELS_EARLIER(FaultKind.EARLIER_SEQ),
  LABELS_CUT_FRAME(FaultKind.TRUNCATED_FRAME),
  LABELS_UNKNOWN_EVENT(FaultKind.UNKNOWN_EVENT),
  LABELS_TEXT_FRAME(FaultKind.TEXT_FRAME),

  // How repos are given out; each strikes the next fetches.
  CUT_CAR(FaultKind.CUT_CAR),
  FLIPPED_BYTE_IN_CAR(FaultKind.FLIPPED_BYTE_IN_CAR),
  FORGED_CAR(FaultKind.WRONG_SIGNATURE_IN_CAR),
  OTHER_REPO(FaultKind.OTHER_REPO),
  GET_REPO_500(FaultKind.HTTP_STATUS),
  GET_REPO_429(FaultKind.HTTP_STATUS),
  LIST_REPOS_500(FaultKind.HTTP_STATUS),
  LISTED_STATUS(FaultKind.LISTED_STATUS),
  GET_REPO_HANGS(FaultKind.HANG),
  DIRECTORY_HANGS(FaultKind.HANG),
  DIRECTORY_500(FaultKind.HTTP_STATUS),
  MIGRATES_DURING_FETCH(FaultKind.OVERTAKEN_FETCH),
  DEACTIVATES_DURING_FETCH(FaultKind.OVERTAKEN_FETCH),
  DELETES_RECORD_DURING_FETCH(FaultKind.OVERTAKEN_FETCH),
  DELETES_ACCOUNT_DURING_FETCH(FaultKind.OVERTAKEN_FETCH),

  // What happens to our own.
  KILL(null),
  COMMIT_ANSWER_LOST(null),
  SECOND_INDEXER_JOINS(null),
  SECOND_INDEXER_LEAVES(null),
  SECOND_BACKFILLER_JOINS(null),
  SECOND_BACKFILLER_LEAVES(null),
  SECOND_TRACKER_JOINS(null),
  SECOND_TRACKER_LEAVES(null),
  CURSOR_OUTDATED(null),
  CURSOR_IN_FUTURE(null),
  SECOND_RELAY_STARTS(null),
  RESTART_BROKER(null),
  RESTART_POSTGRES(null);

  private final @Nullable FaultKind fault;

  Act(@Nullable FaultKind fault) {
    this.fault = fault;
  }

  /** The simulator's fault, which strikes later; null for what happens at once. */
  @Nullable FaultKind fault() {
    return fault;
  }
}
