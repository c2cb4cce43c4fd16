package dev.millrace.atproto.car;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.security.SecureRandom;

/**
 * Where each block lies, by its CID: an open hash table of 12 bytes a slot, 16 to 32 bytes a block.
 * Not thread-safe.
 *
 * <p>A slot holds no CID but 56 bits of a hash of it, so a hit must be compared with the CID that
 * lies at the offset. The hash is keyed with a random number of this index: whoever chooses the
 * blocks cannot choose where they fall.
 */
final class BlockIndex {
  /** Tells whether the CID that lies at the offset is the one that is looked for. */
  interface Comparison {
    boolean isAt(long offset, byte[] cid);
  }

  static final long ABSENT = -1;

  private static final int OFFSET_BITS = 40;
  private static final long OFFSET_MASK = (1L << OFFSET_BITS) - 1;
  private static final int DIGEST_START = 4;
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private final long key = new SecureRandom().nextLong();

  /** The offset plus one in the low 40 bits, below 24 bits of the hash; 0 if the slot is free. */
  private long[] places = new long[1 << 8];

  /** 32 other bits of the hash, from which the slot follows. */
  private int[] hashes = new int[1 << 8];

  private int size;

  int size() {
    return size;
  }

  /** Bytes of memory in use. */
  long memoryBytes() {
    return 12L * places.length;
  }

  /** The offset of the block, or {@link #ABSENT}. */
  long find(byte[] cid, Comparison comparison) {
    long hash = hash(cid);
    int mask = places.length - 1;
    for (int slot = (int) hash & mask; places[slot] != 0; slot = (slot + 1) & mask) {
      if (hashes[slot] == (int) hash
          && places[slot] >>> OFFSET_BITS == hash >>> OFFSET_BITS
          && comparison.isAt((places[slot] & OFFSET_MASK) - 1, cid)) {
        return (places[slot] & OFFSET_MASK) - 1;
      }
    }
    return ABSENT;
  }

  /** Adds a block that is not here yet. */
  void add(byte[] cid, long offset) {
    if (size >= places.length / 4 * 3) {
      grow();
    }
    long hash = hash(cid);
    put(places, hashes, (hash & ~OFFSET_MASK) | (offset + 1), (int) hash);
    size++;
  }

  private void grow() {
    long[] largerPlaces = new long[places.length * 2];
    int[] largerHashes = new int[places.length * 2];
    for (int slot = 0; slot < places.length; slot++) {
      if (places[slot] != 0) {
        put(largerPlaces, largerHashes, places[slot], hashes[slot]);
      }
    }
    places = largerPlaces;
    hashes = largerHashes;
  }

  private static void put(long[] places, int[] hashes, long place, int hash) {
    int mask = places.length - 1;
    int slot = hash & mask;
    while (places[slot] != 0) {
      slot = (slot + 1) & mask;
    }
    places[slot] = place;
    hashes[slot] = hash;
  }

  private long hash(byte[] cid) {
    long hash = (long) LONG.get(cid, DIGEST_START) ^ key;
    hash = (hash ^ (hash >>> 33)) * 0xFF51AFD7ED558CCDL;
    hash = (hash ^ (hash >>> 33)) * 0xC4CEB9FE1A85EC53L;
    return hash ^ (hash >>> 33);
  }
}
