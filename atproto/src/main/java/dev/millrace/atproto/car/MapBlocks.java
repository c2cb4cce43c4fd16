package dev.millrace.atproto.car;

import dev.millrace.atproto.cid.Cid;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Blocks in memory, in the order they were added. Not thread-safe. */
public final class MapBlocks implements BlockSource {
  private final Map<Cid, byte[]> blocks = new LinkedHashMap<>();

  /** Trusts the caller that the block has this CID. A block that is here already stays. */
  public void put(Cid cid, byte[] block) {
    blocks.putIfAbsent(cid, block);
  }

  public void putAll(Map<Cid, byte[]> more) {
    more.forEach(this::put);
  }

  @Override
  public byte @Nullable [] get(Cid cid) {
    return blocks.get(cid);
  }

  @Override
  public boolean contains(Cid cid) {
    return blocks.containsKey(cid);
  }

  /** A live view. */
  public Map<Cid, byte[]> asMap() {
    return Collections.unmodifiableMap(blocks);
  }

  public int size() {
    return blocks.size();
  }
}
