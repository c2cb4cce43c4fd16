package dev.millrace.atproto.car;

import dev.millrace.atproto.cbor.CborWriter;
import dev.millrace.atproto.cid.Cid;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Map;

/** Writes a CAR v1 with one root, in the form {@link CarReader} describes. Closes nothing. */
public final class CarWriter {
  private final OutputStream out;
  private final byte[] cidBytes = new byte[CarReader.CID_LENGTH];

  /** Writes the header. */
  public CarWriter(OutputStream out, Cid root) throws IOException {
    this.out = out;
    byte[] header =
        new CborWriter(64)
            .map(2)
            .text("roots")
            .array(1)
            .link(root)
            .text("version")
            .integer(1)
            .toBytes();
    varint(header.length);
    out.write(header);
  }

  /** Writes one block; trusts the caller that it has this CID. */
  public void write(Cid cid, byte[] block) throws IOException {
    if (!cid.isSha256()) {
      throw new IllegalArgumentException("not a CID by SHA-256: " + cid);
    }
    varint(CarReader.CID_LENGTH + block.length);
    cid.copyTo(cidBytes, 0);
    out.write(cidBytes);
    out.write(block);
  }

  /** The archive of a root and some blocks, in memory. */
  public static byte[] toBytes(Cid root, Map<Cid, byte[]> blocks) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      CarWriter car = new CarWriter(bytes, root);
      for (Map.Entry<Cid, byte[]> block : blocks.entrySet()) {
        car.write(block.getKey(), block.getValue());
      }
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory", e);
    }
    return bytes.toByteArray();
  }

  private void varint(int value) throws IOException {
    int rest = value;
    while (rest > 0x7F) {
      out.write((rest & 0x7F) | 0x80);
      rest >>>= 7;
    }
    out.write(rest);
  }
}
