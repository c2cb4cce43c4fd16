package dev.millrace.simulator.world;

import dev.millrace.atproto.cid.Cid;

/**
 * What is true of one repo. Valid while the world's lock is held: inside {@link
 * Truth#forEachRepo}'s visitor; its records are read from the world itself, not from a copy.
 */
public final class RepoTruth {
  private final Account account;

  RepoTruth(Account account) {
    this.account = account;
  }

  public String did() {
    return account.did().value();
  }

  public String handle() {
    return account.handle();
  }

  /** The index of its PDS. */
  public int pds() {
    return account.pds();
  }

  public AccountStatus status() {
    return account.status();
  }

  public boolean isActive() {
    return account.isActive();
  }

  public String rev() {
    return account.repository().lastCommit().rev().value();
  }

  /** The CID of the newest commit. */
  public Cid head() {
    return account.repository().head();
  }

  /** The root of its tree. */
  public Cid data() {
    return account.repository().lastCommit().data();
  }

  public int recordCount() {
    return account.repository().size();
  }

  /** Every record, by collection and key. */
  public void forEachRecord(RecordVisitor visitor) {
    account.repository().forEachRecord(visitor);
  }

  /** Takes records. */
  @FunctionalInterface
  public interface RecordVisitor {
    /**
     * Takes one.
     *
     * @param block the record in DAG-CBOR; not to be changed
     */
    void visit(String collection, String rkey, Cid cid, byte[] block);
  }
}
