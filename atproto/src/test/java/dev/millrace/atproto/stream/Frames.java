package dev.millrace.atproto.stream;

import dev.millrace.atproto.cid.Cid;
import dev.millrace.atproto.repo.RepoOp;
import dev.millrace.atproto.syntax.Did;
import dev.millrace.atproto.syntax.Tid;
import java.util.List;
import java.util.Map;

/** One message of each kind, for tests. */
final class Frames {
  static final Did DID = Did.parse("did:plc:yh42v4sz2ba6au5fgtzge5bv");
  static final Tid REV = Tid.of(1_700_000_000_000_000L, 3);
  static final String TIME = "2026-01-02T03:04:05.678Z";
  static final Cid ONE = Cid.dagCbor(new byte[] {1});
  static final Cid TWO = Cid.dagCbor(new byte[] {2});

  private Frames() {}

  static List<StreamMessage> all() {
    return List.of(
        new CommitMessage(
            7,
            DID,
            REV,
            "3jzfcijpj2z2a",
            ONE,
            TWO,
            false,
            new byte[] {1, 2, 3},
            List.of(
                new RepoOp(RepoOp.Action.CREATE, "app.bsky.feed.post/a", ONE, null),
                new RepoOp(RepoOp.Action.UPDATE, "app.bsky.actor.profile/self", ONE, TWO),
                new RepoOp(RepoOp.Action.DELETE, "app.bsky.feed.like/b", null, TWO)),
            TIME),
        new CommitMessage(8, DID, REV, null, ONE, null, true, new byte[0], List.of(), TIME),
        new SyncMessage(9, DID, REV, new byte[] {4}, TIME),
        identity(10),
        new IdentityMessage(11, DID, null, TIME),
        new AccountMessage(12, DID, false, "deactivated", TIME),
        new AccountMessage(13, DID, true, null, TIME),
        new LabelsMessage(
            14,
            List.of(
                Label.unsigned(DID, "at://x/y/z", ONE.toString(), "spam", true, TIME, TIME)
                    .signed(new byte[64]),
                Label.unsigned(DID, DID.value(), null, "!hide", false, TIME, null))),
        new InfoMessage(InfoMessage.OUTDATED_CURSOR, "too old"),
        new InfoMessage("Other", null),
        new ErrorMessage(ErrorMessage.FUTURE_CURSOR, "not yet"),
        new ErrorMessage(ErrorMessage.CONSUMER_TOO_SLOW, null),
        new UnknownMessage(
            "#handle",
            15L,
            dev.millrace.atproto.cbor.DagCbor.encode(Map.of("seq", 15L, "extra", List.of()))));
  }

  static IdentityMessage identity(long seq) {
    return new IdentityMessage(seq, DID, "alice.test", TIME);
  }
}
