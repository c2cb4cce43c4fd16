package dev.millrace.simulator.world;

import dev.millrace.atproto.cbor.DagCbor;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Lets a test act for an account: what it does is signed, told on all streams and part of the truth
 * like any step, but no function of the seed. A world that is kept in a directory forgets it when
 * it is started again. Thread-safe as the world is.
 */
public final class Direct {
  private final World world;

  Direct(World world) {
    this.world = world;
  }

  /** Creates or updates a record; the values are those that {@link DagCbor#encode} takes. */
  public void put(String did, String collection, String rkey, Map<String, Object> record) {
    put(did, collection, rkey, DagCbor.encode(record));
  }

  /** Creates or updates a record of any bytes, decodable or not. */
  public void put(String did, String collection, String rkey, byte[] block) {
    Write write = Write.put(collection + "/" + rkey, block.clone());
    world.act(did, account -> world.stage().commit(account, List.of(write)));
  }

  public void delete(String did, String collection, String rkey) {
    Write write = Write.delete(collection + "/" + rkey);
    world.act(did, account -> world.stage().commit(account, List.of(write)));
  }

  public void emptyCommit(String did) {
    world.act(did, account -> world.stage().commit(account, List.of()));
  }

  /** Changes a record so that only {@code #sync} tells that something changed. */
  public void reset(String did, String collection, String rkey, byte[] block) {
    Write write = Write.put(collection + "/" + rkey, block.clone());
    world.act(did, account -> world.director().reset(account, List.of(write)));
  }

  /** {@code #sync} without news. */
  public void sync(String did) {
    world.act(did, account -> world.stage().sync(account));
  }

  /** Also {@link AccountStatus#DELETED}, which no step ever does. */
  public void setStatus(String did, AccountStatus status) {
    world.act(did, account -> world.director().setStatus(account, status));
  }

  /**
   * Makes a deleted account anew under its DID, with one record. Its revs begin below the old ones.
   */
  public void recreate(String did, String collection, String rkey, Map<String, Object> record) {
    Write write = Write.put(collection + "/" + rkey, DagCbor.encode(record));
    world.act(did, account -> world.director().recreate(account, List.of(write)));
  }

  public void changeHandle(String did, String handle) {
    world.act(
        did,
        account -> {
          world.director().become(account, handle, account.pds(), false);
          world.stage().identity(account);
        });
  }

  public void rotateKey(String did) {
    world.act(did, account -> world.director().rotateKey(account));
  }

  /** Moves the account to another PDS, with another key. */
  public void migrate(String did, int pds) {
    world.act(did, account -> world.director().migrate(account, pds));
  }

  /** Returns the DID of a new account. */
  public String createAccount() {
    return world.createAccount();
  }

  /** A label of one of the labelers. */
  public void label(
      String labeler, String uri, @Nullable String cid, String value, boolean negated) {
    world.act(
        labeler,
        account ->
            world
                .labels()
                .publish(
                    account,
                    List.of(new LabelBook.Draft(uri, cid, value, negated, false)),
                    world.stage().moment()));
  }
}
