package dev.millrace.topology.tracker.identity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.atproto.crypto.Curve;
import dev.millrace.atproto.crypto.SigningKey;
import dev.millrace.atproto.identity.DidDocument;
import dev.millrace.atproto.identity.DidResolver;
import dev.millrace.atproto.identity.HandleResolver;
import dev.millrace.atproto.syntax.Did;
import dev.millrace.atproto.syntax.Handle;
import dev.millrace.atproto.xrpc.XrpcException;
import dev.millrace.schema.event.PlcIdentity;
import dev.millrace.schema.event.ResolvedIdentity;
import java.io.IOException;
import java.net.URI;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A handle counts only if the document names it and it names the DID. */
final class NetworkIdentitiesTest {
  private static final Did ALICE = Did.parse("did:plc:ewvi7nxzyoun6zhxrhs64oiz");
  private static final Did BOB = Did.parse("did:plc:z72i7hdynmk6r22z27h6tvur");
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  private static final byte[] SECRET = new byte[32];

  static {
    Arrays.fill(SECRET, (byte) 7);
  }

  private static IdentityAnswer find(@Nullable String claimed, HandleResolver handles) {
    return new NetworkIdentities(new Document(claimed), handles, Clock.fixed(NOW, ZoneOffset.UTC))
        .find(ALICE.value(), null);
  }

  private static ResolvedIdentity with(@Nullable String handle) {
    return new ResolvedIdentity(ALICE.value(), handle, "https://pds.example", null, NOW.toString());
  }

  @Test
  void shouldKnowAHandleThatNamesTheDidBack() {
    assertThat(find("alice.example", handle -> ALICE))
        .isEqualTo(new IdentityAnswer.Known(with("alice.example"), "handle"));
  }

  @Test
  void shouldLeaveOutAHandleThatNamesAnother() {
    assertThat(find("alice.example", handle -> BOB))
        .isEqualTo(new IdentityAnswer.Known(with(null), "handle-elsewhere"));
  }

  @Test
  void shouldLeaveOutAHandleThatNamesNobody() {
    assertThat(find("alice.example", handle -> null))
        .isEqualTo(new IdentityAnswer.Known(with(null), "handle-elsewhere"));
  }

  @Test
  void shouldAskForNoHandleWhereTheDocumentNamesNone() {
    assertThat(
            find(
                null,
                handle -> {
                  throw new AssertionError("asked for " + handle);
                }))
        .isEqualTo(new IdentityAnswer.Known(with(null), "no-handle"));
  }

  @Test
  void shouldSayWhatIsKnownWhileTheHandleCannotBeResolved() {
    assertThat(
            find(
                "alice.example",
                handle -> {
                  throw XrpcException.timeout("no answer", new IOException());
                }))
        .isInstanceOfSatisfying(
            IdentityAnswer.Failed.class,
            failed -> assertThat(failed.soFar()).isEqualTo(with(null)));
  }

  private static PlcIdentity mirrored(@Nullable String claimed, boolean isTombstoned) {
    String key = SigningKey.of(Curve.SECP256K1, SECRET).publicKey().toDidKey();
    return new PlcIdentity(
        ALICE.value(), claimed, "https://mirrored.example", key, isTombstoned, NOW.toString());
  }

  private static IdentityAnswer findMirrored(
      PlcIdentity mirrored, @Nullable String claimed, HandleResolver handles) {
    return new NetworkIdentities(new Document(claimed), handles, Clock.fixed(NOW, ZoneOffset.UTC))
        .find(ALICE.value(), mirrored);
  }

  @Test
  void shouldTakeTheMirrorsDocumentWhereItsHandleNamesTheDidBack() {
    PlcIdentity mirrored = mirrored("alice.example", false);
    assertThat(findMirrored(mirrored, "other.example", handle -> ALICE))
        .isEqualTo(
            new IdentityAnswer.Known(
                new ResolvedIdentity(
                    ALICE.value(),
                    "alice.example",
                    "https://mirrored.example",
                    mirrored.signingKey(),
                    NOW.toString()),
                "handle"));
  }

  @Test
  void shouldAskTheDirectoryWhereTheMirrorsHandleNamesAnother() {
    HandleResolver handles = handle -> handle.value().equals("new.example") ? ALICE : BOB;
    assertThat(findMirrored(mirrored("old.example", false), "new.example", handles))
        .isEqualTo(new IdentityAnswer.Known(with("new.example"), "handle"));
  }

  @Test
  void shouldAskTheDirectoryWhereTheMirrorKnowsNoHandleOrATombstone() {
    assertThat(findMirrored(mirrored(null, false), "alice.example", handle -> ALICE))
        .isEqualTo(new IdentityAnswer.Known(with("alice.example"), "handle"));
    assertThat(findMirrored(mirrored("alice.example", true), "alice.example", handle -> ALICE))
        .isEqualTo(new IdentityAnswer.Known(with("alice.example"), "handle"));
  }

  /** Alice's, which claims a handle or none. */
  private record Document(@Nullable String claimed) implements DidResolver {
    @Override
    public DidDocument resolve(Did did) {
      throw new AssertionError("a cached document is not what is asked for");
    }

    @Override
    public DidDocument refresh(Did did) {
      return new DidDocument(
          did,
          claimed == null ? null : Handle.parse(claimed),
          URI.create("https://pds.example"),
          null,
          null,
          null);
    }
  }
}
