package dev.millrace.atproto.stream;

import dev.millrace.atproto.cid.Cid;
import dev.millrace.atproto.repo.CommitClaim;
import dev.millrace.atproto.repo.RepoOp;
import dev.millrace.atproto.syntax.Did;
import dev.millrace.atproto.syntax.Tid;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code #commit}: a repository changed.
 *
 * @param commit the CID of the signed commit, which is among the blocks
 * @param since the rev before, as the host wrote it
 * @param prevData the root of the tree before; null from hosts of before sync 1.1
 * @param tooBig the commit was too big to be sent; the repository must be fetched
 * @param blocks a CAR, unread; empty if there is none
 * @param time when the host saw it, as the host wrote it, unchecked
 */
@SuppressWarnings("ArrayRecordComponent") // a body on its way to one reader, never compared
public record CommitMessage(
    long seq,
    Did repo,
    Tid rev,
    @Nullable String since,
    Cid commit,
    @Nullable Cid prevData,
    boolean tooBig,
    byte[] blocks,
    List<RepoOp> ops,
    String time)
    implements StreamMessage {

  public CommitMessage {
    ops = List.copyOf(ops);
  }

  /** What its blocks are to bear out. */
  public CommitClaim claim() {
    return new CommitClaim(repo, rev, commit, prevData, ops);
  }

  @Override
  public Long cursor() {
    return seq;
  }
}
