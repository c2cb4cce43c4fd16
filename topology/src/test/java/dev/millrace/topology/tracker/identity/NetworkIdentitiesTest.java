package dev.millrace.topology.tracker.identity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.atproto.identity.DidDocument;
import dev.millrace.atproto.identity.DidResolver;
import dev.millrace.atproto.identity.HandleResolver;
import dev.millrace.atproto.syntax.Did;
import dev.millrace.atproto.syntax.Handle;
import dev.millrace.atproto.xrpc.XrpcException;
import dev.millrace.schema.event.ResolvedIdentity;
import java.io.IOException;
import java.net.URI;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A handle counts only if the document names it and it names the DID. */
final class NetworkIdentitiesTest {
  private static final Did ALICE = Did.parse("did:plc:ewvi7nxzyoun6zhxrhs64oiz");
  private static final Did BOB = Did.parse("did:plc:z72i7hdynmk6r22z27h6tvur");
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  private static IdentityAnswer find(@Nullable String claimed, HandleResolver handles) {
    return new NetworkIdentities(new Document(claimed), handles, Clock.fixed(NOW, ZoneOffset.UTC))
        .find(ALICE.value());
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
