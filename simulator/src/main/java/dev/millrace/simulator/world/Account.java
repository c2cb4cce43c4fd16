package dev.millrace.simulator.world;

import dev.millrace.atproto.cid.Cid;
import dev.millrace.atproto.crypto.SigningKey;
import dev.millrace.atproto.syntax.Did;
import dev.millrace.simulator.plc.PlcOperation;
import dev.millrace.simulator.record.StrongRef;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** An account. Guarded by the world's lock; only the world changes it. */
public final class Account {
  private final int index;
  private final Did did;
  private final PlcOperation genesis;
  private final @Nullable SigningKey labelKey;
  private final List<Identity> identities = new ArrayList<>();
  private final Set<Integer> formerPdses = new HashSet<>();
  private Repository repository;
  private AccountStatus status = AccountStatus.ACTIVE;
  private @Nullable StrongRef lastPost;

  Account(int index, PlcOperation genesis, Identity identity, @Nullable SigningKey labelKey) {
    this.index = index;
    this.did = genesis.did();
    this.genesis = genesis;
    this.labelKey = labelKey;
    this.repository = new Repository(did);
    identities.add(identity);
  }

  /** Accounts are numbered from 0 in the order they came to be; labelers come first. */
  public int index() {
    return index;
  }

  public Did did() {
    return did;
  }

  public String handle() {
    return identity().handle();
  }

  /** The index of the PDS it lives on. */
  public int pds() {
    return identity().pds();
  }

  /** Whether it lived on that PDS before it moved away. */
  public boolean livedOn(int pds) {
    return formerPdses.contains(pds);
  }

  public AccountStatus status() {
    return status;
  }

  public boolean isActive() {
    return status == AccountStatus.ACTIVE;
  }

  public SigningKey key() {
    return identity().key();
  }

  /** What a labeler signs its labels with; other accounts have none. */
  public @Nullable SigningKey labelKey() {
    return labelKey;
  }

  /** The first operation in the directory, which names the DID. */
  public PlcOperation genesis() {
    return genesis;
  }

  public Identity identity() {
    return identities.getLast();
  }

  /** All it ever was, the oldest first. */
  public List<Identity> identities() {
    return List.copyOf(identities);
  }

  /** The rev of the newest commit. */
  public String rev() {
    return repository.lastCommit().rev().value();
  }

  /** The CID of the newest commit. */
  public Cid head() {
    return repository.head();
  }

  /** The records of a collection by path, {@code collection/rkey}, in order: a live view. */
  public NavigableMap<String, byte[]> records(String collection) {
    return Collections.unmodifiableNavigableMap(repository.under(collection + "/"));
  }

  /** The collections there is a record of. */
  public List<String> collections() {
    return repository.collections();
  }

  Repository repository() {
    return repository;
  }

  void become(Identity identity) {
    if (identity.pds() != pds()) {
      formerPdses.add(pds());
      formerPdses.remove(identity.pds());
    }
    identities.add(identity);
  }

  /** The account is made anew under its DID: nothing of the repo before is left. */
  void beginAnew() {
    repository = new Repository(did);
    lastPost = null;
    status = AccountStatus.ACTIVE;
  }

  void status(AccountStatus now) {
    status = now;
  }

  @Nullable StrongRef lastPost() {
    return lastPost;
  }

  void lastPost(StrongRef post) {
    lastPost = post;
  }

  String uri(String path) {
    return "at://" + did + "/" + path;
  }
}
