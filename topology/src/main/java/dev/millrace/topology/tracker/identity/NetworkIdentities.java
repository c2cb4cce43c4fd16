package dev.millrace.topology.tracker.identity;

import dev.millrace.atproto.BadDataException;
import dev.millrace.atproto.identity.DidDocument;
import dev.millrace.atproto.identity.DidNotFoundException;
import dev.millrace.atproto.identity.DidResolver;
import dev.millrace.atproto.identity.HandleResolver;
import dev.millrace.atproto.syntax.Did;
import dev.millrace.atproto.syntax.Handle;
import dev.millrace.atproto.xrpc.XrpcException;
import dev.millrace.schema.event.PlcIdentity;
import dev.millrace.schema.event.ResolvedIdentity;
import java.time.Clock;
import org.jspecify.annotations.Nullable;

/**
 * The document as it is now, and the handle only if it names the DID back. Where a mirror's
 * document will do, it does if its handle names the DID back; else it may be outdated, and the
 * directory is asked all the same. Thread-safe.
 */
public final class NetworkIdentities implements IdentityFinder {
  private static final String PLC = "did:plc:";

  private final DidResolver dids;
  private final HandleResolver handles;
  private final Clock clock;

  public NetworkIdentities(DidResolver dids, HandleResolver handles, Clock clock) {
    this.dids = dids;
    this.handles = handles;
    this.clock = clock;
  }

  @Override
  public IdentityAnswer find(String text, @Nullable PlcIdentity mirrored) {
    DidDocument document = mirrored == null ? null : mirrored.document();
    Handle claimed = document == null ? null : document.handle();
    if (document != null && claimed != null) {
      IdentityAnswer answer = withHandle(document.did(), document);
      if (!(answer instanceof IdentityAnswer.Known known) || known.identity().handle() != null) {
        return answer;
      }
    }
    return find(text);
  }

  private IdentityAnswer find(String text) {
    try {
      Did did = Did.parse(text);
      return withHandle(did, dids.refresh(did));
    } catch (DidNotFoundException e) {
      return new IdentityAnswer.Known(nothing(text), e.reason());
    } catch (BadDataException e) {
      return new IdentityAnswer.Known(nothing(text), e.reason());
    } catch (XrpcException e) {
      if (!e.passing()) {
        return new IdentityAnswer.Known(nothing(text), e.reason());
      }
      return new IdentityAnswer.Failed(
          e.reason(), null, e.retryAfter(), text.startsWith(PLC) ? e.retryAfter() : null);
    }
  }

  private IdentityAnswer withHandle(Did did, DidDocument document) {
    Handle claimed = document.handle();
    if (claimed == null) {
      return new IdentityAnswer.Known(identity(document, null), "no-handle");
    }
    try {
      boolean isBothWays = did.equals(handles.resolve(claimed));
      return isBothWays
          ? new IdentityAnswer.Known(identity(document, claimed), "handle")
          : new IdentityAnswer.Known(identity(document, null), "handle-elsewhere");
    } catch (XrpcException e) {
      return new IdentityAnswer.Failed(
          "handle-" + e.reason(), identity(document, null), e.retryAfter(), null);
    }
  }

  private ResolvedIdentity identity(DidDocument document, @Nullable Handle handle) {
    return new ResolvedIdentity(
        document.did().value(),
        handle == null ? null : handle.normalized().value(),
        document.pds() == null ? null : document.pds().toString(),
        document.signingKey() == null ? null : document.signingKey().toDidKey(),
        clock.instant().toString());
  }

  private ResolvedIdentity nothing(String did) {
    return new ResolvedIdentity(did, null, null, null, clock.instant().toString());
  }
}
