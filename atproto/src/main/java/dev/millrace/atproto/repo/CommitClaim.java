package dev.millrace.atproto.repo;

import dev.millrace.atproto.cid.Cid;
import dev.millrace.atproto.syntax.Did;
import dev.millrace.atproto.syntax.Tid;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a message of the stream says about a commit, before its blocks were looked at.
 *
 * @param commit the CID of the commit's block
 * @param prevData the root of the tree before; null where an old PDS does not tell it
 */
public record CommitClaim(
    Did did, Tid rev, Cid commit, @Nullable Cid prevData, List<RepoOp> operations) {}
