package dev.millrace.schema.event;

import dev.millrace.atproto.BadDataException;
import dev.millrace.atproto.crypto.PublicKey;
import dev.millrace.atproto.identity.DidDocument;
import dev.millrace.atproto.identity.PlcLine;
import dev.millrace.atproto.syntax.Did;
import dev.millrace.atproto.syntax.Handle;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * What the last operation of a DID in the PLC directory's export says, on {@code plc_identities};
 * keyed by DID. The mirror may be behind: whoever takes it for the document must bear that.
 *
 * @param handle claimed, and checked by nobody; in lower case
 * @param pds where the repo is: scheme, host and port
 * @param signingKey as {@code did:key}
 * @param tombstoned the DID was given up; then there is nothing else
 * @param createdAt ISO 8601, the operation's
 */
public record PlcIdentity(
    String did,
    @Nullable String handle,
    @Nullable String pds,
    @Nullable String signingKey,
    boolean tombstoned,
    String createdAt) {

  /**
   * What a line of the export says.
   *
   * @throws BadDataException if its operation is of no known kind
   */
  public static PlcIdentity of(PlcLine line) {
    DidDocument document = line.document();
    String createdAt = line.createdAt().toString();
    if (document == null) {
      return new PlcIdentity(line.did().value(), null, null, null, true, createdAt);
    }
    return new PlcIdentity(
        line.did().value(),
        document.handle() == null ? null : document.handle().value(),
        document.pds() == null ? null : document.pds().toString(),
        document.signingKey() == null ? null : document.signingKey().toDidKey(),
        false,
        createdAt);
  }

  /**
   * The document as far as it is mirrored, without what only labelers have; null if a repo cannot
   * be found by it: then the directory itself is to be asked.
   */
  public @Nullable DidDocument document() {
    if (tombstoned || pds == null || signingKey == null) {
      return null;
    }
    return new DidDocument(
        Did.parse(did),
        handle == null ? null : Handle.parse(handle),
        URI.create(pds),
        PublicKey.parseDidKey(signingKey),
        null,
        null);
  }
}
