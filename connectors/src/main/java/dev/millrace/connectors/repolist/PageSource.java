package dev.millrace.connectors.repolist;

import dev.millrace.atproto.xrpc.XrpcException;
import org.jspecify.annotations.Nullable;

/** A host's list of repos, a page at a time. */
@FunctionalInterface
interface PageSource {
  /**
   * Asks once.
   *
   * @param cursor as the host gave it, or one that {@link CursorStep} derived; null is the
   *     beginning
   * @param limit repos at most
   * @throws dev.millrace.atproto.BadDataException if the answer is no page
   */
  ListedPage ask(@Nullable String cursor, int limit) throws XrpcException;
}
