package dev.millrace.atproto.car;

import dev.millrace.atproto.cid.Cid;
import org.jspecify.annotations.Nullable;

/** Blocks by their CID; every block has the hash that its CID says. */
@FunctionalInterface
public interface BlockSource {
  /** The block, or null if it is not here. The array belongs to the source: do not change it. */
  byte @Nullable [] get(Cid cid);

  /** Whether the block is here, without reading it where that is cheaper. */
  default boolean contains(Cid cid) {
    return get(cid) != null;
  }
}
