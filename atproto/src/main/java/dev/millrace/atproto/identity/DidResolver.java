package dev.millrace.atproto.identity;

import dev.millrace.atproto.BadDataException;
import dev.millrace.atproto.syntax.Did;
import dev.millrace.atproto.xrpc.XrpcException;

/**
 * Finds DID documents. Thread-safe; both methods wait for the network, within limits.
 *
 * <p>Beside the declared exceptions there is {@link BadDataException}: {@code did-method} (a method
 * that the protocol does not use, or a malformed did:web), {@code did-document}, {@code json},
 * {@code too-big}.
 */
public interface DidResolver {
  /**
   * The document, possibly one that was fetched some time ago.
   *
   * @throws DidNotFoundException nobody holds one: final for now
   * @throws XrpcException no answer, or a refusal; it says whether that may pass
   */
  DidDocument resolve(Did did) throws DidNotFoundException, XrpcException;

  /** The document as it is now, past every cache: for a signature that fails, a repo that moved. */
  DidDocument refresh(Did did) throws DidNotFoundException, XrpcException;
}
