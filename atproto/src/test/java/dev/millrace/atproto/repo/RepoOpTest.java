package dev.millrace.atproto.repo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.atproto.BadDataException;
import dev.millrace.atproto.cid.Cid;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

final class RepoOpTest {
  private static final String PATH = "app.bsky.feed.like/3k5rgfiifs42u";
  private static final Cid CID = Cid.dagCbor(new byte[] {1});

  @Test
  void shouldTellCollectionAndRecordKey() {
    RepoOp op = RepoOp.delete(PATH, CID);
    assertThat(op.collection()).isEqualTo("app.bsky.feed.like");
    assertThat(op.rkey()).isEqualTo("3k5rgfiifs42u");
  }

  @Test
  void shouldReadTheWordsOfTheStream() {
    for (RepoOp.Action action : RepoOp.Action.values()) {
      assertThat(RepoOp.Action.parse(action.toString())).isEqualTo(action);
    }
    refuse(() -> RepoOp.Action.parse("CREATE"));
  }

  @Test
  void shouldRefusePartsThatContradictEachOther() {
    refuse(() -> new RepoOp(RepoOp.Action.CREATE, PATH, null, null));
    refuse(() -> new RepoOp(RepoOp.Action.UPDATE, PATH, null, CID));
    refuse(() -> new RepoOp(RepoOp.Action.DELETE, PATH, CID, CID));
    refuse(() -> new RepoOp(RepoOp.Action.CREATE, PATH, CID, CID));
    refuse(() -> RepoOp.create("app.bsky.feed.like", CID));
    refuse(() -> RepoOp.create("like/a", CID));
    refuse(() -> RepoOp.create(PATH + "/more", CID));
  }

  private static void refuse(ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            BadDataException.class, e -> assertThat(e.reason()).isEqualTo("commit"));
  }
}
