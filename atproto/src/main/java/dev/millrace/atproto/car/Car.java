package dev.millrace.atproto.car;

import dev.millrace.atproto.cid.Cid;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/** A small archive, read whole into memory: the blocks of a commit. */
public record Car(List<Cid> roots, MapBlocks blocks) {
  /** Reads an archive with every check of {@link CarReader}. */
  public static Car read(byte[] body, CarLimits limits) {
    try {
      CarReader reader = new CarReader(new ByteArrayInputStream(body), limits);
      MapBlocks blocks = new MapBlocks();
      while (reader.next()) {
        blocks.put(reader.cid(), reader.block());
      }
      return new Car(reader.roots(), blocks);
    } catch (IOException e) {
      throw new UncheckedIOException("reading from memory", e);
    }
  }

  /** What the archive is about. */
  public Cid root() {
    return roots.getFirst();
  }
}
