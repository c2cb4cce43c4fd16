package dev.millrace.atproto.mst;

import dev.millrace.atproto.car.BlockSource;
import dev.millrace.atproto.cid.Cid;

/** Reads whole trees with every check of {@link MstCursor}, in flat memory. */
public final class MstReader {
  private MstReader() {}

  /**
   * Visits every entry in order. What was visited before an exception belongs to a tree that is not
   * valid as a whole.
   *
   * @return the number of entries
   */
  public static long walk(BlockSource source, Cid root, MstVisitor visitor) {
    MstCursor cursor = new MstCursor(source, root, "");
    long entries = 0;
    while (cursor.next()) {
      visitor.visit(cursor.key(), cursor.value());
      entries++;
    }
    return entries;
  }
}
