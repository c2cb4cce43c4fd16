package dev.millrace.simulator.server;

import dev.millrace.atproto.crypto.Curve;
import dev.millrace.atproto.crypto.SigningKey;
import dev.millrace.atproto.repo.Commit;
import dev.millrace.simulator.fault.Fault;
import dev.millrace.simulator.fault.FaultKind;
import dev.millrace.simulator.world.Account;
import dev.millrace.simulator.world.RepoBlocks;
import dev.millrace.simulator.world.World;
import io.javalin.http.Context;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** {@code com.atproto.sync.getRepo}: the whole repo as it is when the request comes. */
final class GetRepo {
  static final String NSID = "com.atproto.sync.getRepo";
  private static final byte[] WRONG_SECRET = {
    1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16,
    1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16
  };

  private final World world;
  private final View view;

  GetRepo(World world, View view) {
    this.world = world;
    this.view = view;
  }

  void serve(Context ctx, Host host) throws IOException {
    String did = Host.required(ctx, "did");
    Available repo = world.account(did, this::available);
    if (repo == null || repo.blocks() == null) {
      throw View.notFound(did);
    }
    RepoBlocks blocks = repo.blocks();
    Fault overtaken = host.faults().onRequest(FaultKind.OVERTAKEN_FETCH, host.uri(), NSID, did);
    if (overtaken != null) {
      overtaken.happen(did);
    }
    host.faults().planted(did, path -> Boolean.TRUE.equals(holds(did, path)));
    if (strikes(FaultKind.OTHER_REPO, host, did)) {
      blocks = Objects.requireNonNull(world.blocks(otherThan(did)));
    }
    if (strikes(FaultKind.WRONG_SIGNATURE_IN_CAR, host, did)) {
      blocks = blocks.withCommit(signedByAnother(Commit.decode(blocks.commit())).encode());
    }
    if (strikes(FaultKind.FLIPPED_BYTE_IN_CAR, host, did)) {
      byte[] last = blocks.block(blocks.size() - 1);
      last[last.length / 2] ^= 1;
      blocks = blocks.withBlock(blocks.size() - 1, last);
    }
    int count = blocks.size();
    if (strikes(FaultKind.CUT_CAR, host, did)) {
      count = Math.max(1, count / 2);
    }
    ctx.contentType("application/vnd.ipld.car");
    if (strikes(FaultKind.CUT_BODY, host, did)) {
      BrokenBodies.cut(ctx, blocks);
    } else if (strikes(FaultKind.ENDLESS_BODY, host, did)) {
      BrokenBodies.withoutEnd(ctx, blocks, host);
    } else if (strikes(FaultKind.ZIP_BOMB, host, did)) {
      BrokenBodies.bomb(ctx);
    } else {
      OutputStream out = new BufferedOutputStream(ctx.outputStream(), 1 << 16);
      blocks.writeTo(out, count);
      out.flush();
    }
  }

  private record Available(@Nullable RepoBlocks blocks) {}

  private Available available(Account account) {
    if (!view.knows(account)) {
      return new Available(null);
    }
    view.requireAvailable(account);
    return new Available(world.blocks(account.did().value()));
  }

  private @Nullable Boolean holds(String did, String path) {
    String collection = path.substring(0, path.indexOf('/'));
    return world.account(did, account -> account.records(collection).containsKey(path));
  }

  /** The same commit under a signature of nobody's. */
  static Commit signedByAnother(Commit commit) {
    SigningKey key = SigningKey.of(Curve.SECP256K1, WRONG_SECRET);
    return Commit.sign(commit.did(), commit.rev(), commit.data(), commit.prev(), key);
  }

  private String otherThan(String did) {
    return world.read(
        () ->
            world.accounts().stream()
                .map(account -> account.did().value())
                .filter(other -> !other.equals(did))
                .findFirst()
                .orElse(did));
  }

  private static boolean strikes(FaultKind kind, Host host, String did) {
    return host.faults().onRequest(kind, host.uri(), NSID, did) != null;
  }
}
