package dev.millrace.atproto.identity;

import dev.millrace.atproto.syntax.Did;
import dev.millrace.atproto.syntax.Handle;
import dev.millrace.atproto.xrpc.XrpcException;
import org.jspecify.annotations.Nullable;

/**
 * Finds the DID that a handle names. Thread-safe; waits for the network, within limits.
 *
 * <p>That is one way only: whose handle it is takes the DID's document to name it, too.
 *
 * @see <a href="https://atproto.com/specs/handle#handle-resolution">the specification</a>
 */
public interface HandleResolver {
  /**
   * The DID as it is named now, past every cache of our own.
   *
   * @return null if the handle names nobody, as far as can be known
   * @throws XrpcException if that cannot be known at the moment; asking later may help
   */
  @Nullable Did resolve(Handle handle) throws XrpcException;
}
