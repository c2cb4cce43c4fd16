package dev.millrace.atproto.repo;

import dev.millrace.atproto.car.BlockSource;
import dev.millrace.atproto.cid.Cid;
import dev.millrace.atproto.mst.MstCursor;

/** Goes through the records of a verified repository in the order of their keys. */
public final class RecordCursor {
  private final BlockSource blocks;
  private final MstCursor entries;

  RecordCursor(BlockSource blocks, MstCursor entries) {
    this.blocks = blocks;
    this.entries = entries;
  }

  /** Moves to the next record; false at the end. */
  public boolean next() {
    return entries.next();
  }

  /** {@code collection/rkey}: where to go on from later. */
  public String key() {
    return entries.key();
  }

  public String collection() {
    return key().substring(0, key().indexOf('/'));
  }

  public String rkey() {
    return key().substring(key().indexOf('/') + 1);
  }

  public Cid cid() {
    return entries.value();
  }

  /** The record's block: its hash is right, whether it can be decoded is not known. */
  public byte[] block() {
    byte[] block = blocks.get(cid());
    if (block == null) {
      throw new IllegalStateException("a block that was here is gone: " + cid());
    }
    return block;
  }
}
