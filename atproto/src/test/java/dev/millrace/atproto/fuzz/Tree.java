package dev.millrace.atproto.fuzz;

import dev.millrace.atproto.BadDataException;
import dev.millrace.atproto.car.MapBlocks;
import dev.millrace.atproto.cid.Cid;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Map;

/**
 * Blocks under CIDs that nobody checks, so that damage below the root is reached: of each the CID's
 * 36 bytes, its length in two, the block.
 */
record Tree(Cid root, MapBlocks blocks) {
  private static final int CID_BYTES = 36;

  static byte[] write(Cid root, Map<Cid, byte[]> blocks) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    put(out, root, blocks.getOrDefault(root, new byte[0]));
    blocks.forEach(
        (cid, block) -> {
          if (!cid.equals(root)) {
            put(out, cid, block);
          }
        });
    return out.toByteArray();
  }

  private static void put(ByteArrayOutputStream out, Cid cid, byte[] block) {
    byte[] bytes = new byte[CID_BYTES];
    cid.copyTo(bytes, 0);
    out.writeBytes(bytes);
    out.write(block.length >> 8);
    out.write(block.length);
    out.writeBytes(block);
  }

  static Tree read(byte[] input) {
    ByteBuffer in = ByteBuffer.wrap(input);
    MapBlocks blocks = new MapBlocks();
    Cid root = null;
    while (in.remaining() > CID_BYTES + 1) {
      Cid cid = Cid.read(input, in.position(), CID_BYTES);
      in.position(in.position() + CID_BYTES);
      byte[] block = new byte[Math.min(in.getShort() & 0xFFFF, in.remaining())];
      in.get(block);
      blocks.put(cid, block);
      root = root == null ? cid : root;
    }
    if (root == null) {
      throw new BadDataException("mst", "no root");
    }
    return new Tree(root, blocks);
  }
}
