package dev.millrace.connectors.firehose;

import dev.millrace.atproto.repo.Commit;
import org.jspecify.annotations.Nullable;

/**
 * A signature that could not be confirmed when its commit came by.
 *
 * @param hasFailed the key at hand did not confirm it; it may have been replaced since
 */
record SignatureCheck(Commit commit, boolean hasFailed) {

  /**
   * A check that did not confirm its commit.
   *
   * @param reason {@code signature}, {@code did-not-found} and other labels of why there is no key
   * @param isRefuted the commit is bad; else nobody could tell
   */
  record Failed(Commit commit, String reason, boolean isRefuted, @Nullable String detail) {}
}
