package dev.millrace.atproto.mst;

import dev.millrace.atproto.cid.Cid;

/** Takes the entries of a tree in the order of their keys. */
@FunctionalInterface
public interface MstVisitor {
  /**
   * Called once for each entry.
   *
   * @param key {@code collection/rkey}
   * @param value the CID of the record
   */
  void visit(String key, Cid value);
}
