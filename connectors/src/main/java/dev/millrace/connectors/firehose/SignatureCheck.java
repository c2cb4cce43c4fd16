package dev.millrace.connectors.firehose;

import dev.millrace.atproto.repo.Commit;
import org.jspecify.annotations.Nullable;

/**
 * A signature that could not be confirmed when its commit came by.
 *
 * @param seq of the message it came with
 * @param hasFailed the key at hand did not confirm it; it may have been replaced since
 * @param sinceNanos since when it is waited for, as {@link System#nanoTime}
 */
record SignatureCheck(long seq, Commit commit, boolean hasFailed, long sinceNanos) {

  /**
   * A check that did not confirm its commit.
   *
   * @param reason {@code signature}, {@code did-not-found} and other labels of why there is no key
   * @param isRefuted the commit is bad; else nobody could tell
   */
  record Failed(SignatureCheck check, String reason, boolean isRefuted, @Nullable String detail) {
    Commit commit() {
      return check.commit();
    }
  }
}
