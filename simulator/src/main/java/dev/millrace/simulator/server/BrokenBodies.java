package dev.millrace.simulator.server;

import dev.millrace.atproto.car.CarWriter;
import dev.millrace.atproto.cid.Cid;
import dev.millrace.simulator.world.RepoBlocks;
import io.javalin.http.Context;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.zip.GZIPOutputStream;

/** Answers of getRepo that are no CAR, or not the whole of one. */
final class BrokenBodies {
  private static final byte[] ZEROS = new byte[1 << 20];
  private static final int BOMB_MEBIBYTES = 1 << 10;

  private static final class Bomb {
    static final byte[] BYTES = make();

    private static byte[] make() {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      try (OutputStream out = new GZIPOutputStream(bytes)) {
        for (int i = 0; i < BOMB_MEBIBYTES; i++) {
          out.write(ZEROS);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return bytes.toByteArray();
    }
  }

  private BrokenBodies() {}

  /** The server ends the connection when less comes than was announced. */
  static void cut(Context ctx, RepoBlocks blocks) throws IOException {
    ByteArrayOutputStream car = new ByteArrayOutputStream();
    blocks.writeTo(car, blocks.size());
    ctx.res().setContentLengthLong(car.size());
    ctx.res().flushBuffer();
    ctx.outputStream().write(car.toByteArray(), 0, car.size() / 2);
    ctx.outputStream().flush();
  }

  /** Until the client has had enough, which is no failure here. */
  static void withoutEnd(Context ctx, RepoBlocks blocks, Host host) {
    Cid cid = Cid.dagCbor(ZEROS);
    try {
      CarWriter car = new CarWriter(ctx.outputStream(), blocks.root());
      while (!host.isClosing()) {
        car.write(cid, ZEROS);
      }
    } catch (IOException e) {
      ctx.status(200);
    }
  }

  static void bomb(Context ctx) {
    ctx.header("Content-Encoding", "gzip").result(Bomb.BYTES);
  }
}
