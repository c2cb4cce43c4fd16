package dev.millrace.atproto.identity;

import dev.millrace.atproto.BadDataException;
import dev.millrace.atproto.syntax.Did;
import dev.millrace.atproto.xrpc.XrpcException;
import org.jspecify.annotations.Nullable;

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

  /**
   * The same, where somebody mirrors the directory: whatever is kept here of a fetch of our own
   * goes before the mirror's document, and that before a fetch.
   *
   * @param mirrored as the mirror has it; it may be behind
   */
  default DidDocument resolve(Did did, @Nullable DidDocument mirrored)
      throws DidNotFoundException, XrpcException {
    return mirrored == null ? resolve(did) : mirrored;
  }

  /** The document as it is now, past every cache: for a signature that fails, a repo that moved. */
  DidDocument refresh(Did did) throws DidNotFoundException, XrpcException;
}
