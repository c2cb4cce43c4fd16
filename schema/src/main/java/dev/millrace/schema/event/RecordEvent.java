package dev.millrace.schema.event;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One record written or removed.
 *
 * @param commit CID of the commit that did it; of a snapshot, the snapshot's commit
 * @param rev the rev it was written at; of a snapshot, the snapshot's rev
 * @param cid absent from a delete alone
 * @param record absent from a delete alone
 * @param unchecked the commit's signature could not be checked yet ({@code "sig":"unchecked"})
 * @param snapshot which snapshot it is part of; absent from live events and windows
 */
public record RecordEvent(
    Action action,
    long seq,
    String time,
    String did,
    @Nullable String host,
    String commit,
    String rev,
    String collection,
    String rkey,
    @Nullable String cid,
    @Nullable RawJson record,
    boolean unchecked,
    @Nullable SnapshotRef snapshot)
    implements RepoEvent {

  /** What happened to the record. */
  public enum Action {
    CREATE,
    UPDATE,
    DELETE;

    private final String word = name().toLowerCase(Locale.ROOT);

    /** The word on the wire. */
    public String word() {
      return word;
    }
  }

  public RecordEvent {
    RepoEvent.checkOrigin(seq, host);
    boolean isDelete = action == Action.DELETE;
    if (isDelete != (cid == null) || isDelete != (record == null)) {
      throw new IllegalArgumentException(
          action.word() + (isDelete ? " with cid or record" : " without cid or record"));
    }
  }

  @Override
  public String type() {
    return action.word();
  }

  /** {@code at://did/collection/rkey}. */
  public String uri() {
    return "at://" + did + "/" + collection + "/" + rkey;
  }
}
