package dev.millrace.topology.backfiller.fetch;

import dev.millrace.atproto.BadDataException;
import dev.millrace.atproto.cbor.CborToJson;
import dev.millrace.atproto.repo.RecordCursor;
import dev.millrace.atproto.repo.RepoSnapshot;
import dev.millrace.atproto.syntax.Tid;
import dev.millrace.schema.event.DeadLetter;
import dev.millrace.schema.event.EventCodec;
import dev.millrace.schema.event.RawJson;
import dev.millrace.schema.event.RecordEvent;
import dev.millrace.schema.event.RepoEvent;
import dev.millrace.schema.event.Scope;
import dev.millrace.schema.event.SnapshotEvent;
import dev.millrace.schema.event.SnapshotRef;
import dev.millrace.schema.topic.Topic;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.List;
import java.util.Set;

/**
 * Makes a verified snapshot into events: one {@code create} a record, then the closing {@code
 * repo}. Immutable; runs on fetching threads. Holds one record at a time.
 */
public final class SnapshotExpander {
  /** What is around a record's JSON: DID, NSID, record key and CID at their longest. */
  private static final int MAX_ENVELOPE_BYTES = 16 * 1024;

  private static final int MAJOR_TYPE = 0xe0;
  private static final int MAP = 0xa0;

  private static final DateTimeFormatter MILLIS =
      new DateTimeFormatterBuilder().appendInstant(3).toFormatter();

  private final Set<String> collections;

  /**
   * With the scope of the process.
   *
   * @param collections that are emitted at all; empty is every one
   */
  public SnapshotExpander(Set<String> collections) {
    this.collections = Set.copyOf(collections);
  }

  /**
   * Hands over every event of the snapshot that the order's scope holds.
   *
   * @param host authority of the PDS
   * @return the records emitted; those set aside do not count
   */
  long expand(
      RepoSnapshot snapshot, FetchOrder order, String host, SnapshotRef ref, Handover handover)
      throws InterruptedException {
    Expansion expansion = new Expansion(snapshot, order.did(), host, ref, handover);
    Scope scope = scope(order.scope());
    if (scope.isFull()) {
      expansion.records("");
    } else {
      for (String collection : scope.collections()) {
        expansion.records(collection + "/");
      }
    }
    handover.event(EventCodec.encode(expansion.closing(scope)));
    handover.flush();
    return expansion.count;
  }

  /** What both the process and the order want. */
  Scope scope(Scope wanted) {
    if (collections.isEmpty()) {
      return wanted;
    }
    List<String> both =
        (wanted.isFull() ? collections.stream() : wanted.collections().stream())
            .filter(collections::contains)
            .sorted()
            .toList();
    return Scope.ofCollections(both);
  }

  private static final class Expansion {
    private final CborToJson json = new CborToJson();
    private final RepoSnapshot snapshot;
    private final String did;
    private final String host;
    private final SnapshotRef ref;
    private final Handover handover;
    private final String commit;
    private final String rev;
    private final String time;
    private long count;

    Expansion(RepoSnapshot snapshot, String did, String host, SnapshotRef ref, Handover handover) {
      this.snapshot = snapshot;
      this.did = did;
      this.host = host;
      this.ref = ref;
      this.handover = handover;
      this.commit = snapshot.commitCid().toString();
      Tid tid = snapshot.commit().rev();
      this.rev = tid.value();
      this.time = MILLIS.format(Instant.ofEpochMilli(tid.micros() / 1_000));
    }

    /** Those whose key begins so; keys are in order. */
    void records(String prefix) throws InterruptedException {
      RecordCursor cursor = snapshot.records(prefix);
      while (cursor.next() && cursor.key().startsWith(prefix)) {
        record(cursor);
      }
    }

    private void record(RecordCursor cursor) throws InterruptedException {
      byte[] block = cursor.block();
      byte[] record;
      try {
        if (block.length == 0 || (block[0] & MAJOR_TYPE) != MAP) {
          throw new BadDataException("cbor", "a record that is no map");
        }
        record = json.convert(block);
        if (record.length > Topic.MAX_EVENT_BYTES - MAX_ENVELOPE_BYTES) {
          throw new BadDataException("too-big", "a record of " + record.length + " bytes as JSON");
        }
      } catch (BadDataException e) {
        handover.setAside(
            DeadLetter.of(e.reason(), block)
                .did(did)
                .host(host)
                .exception(
                    "at://%s/%s of rev %s: %s".formatted(did, cursor.key(), rev, e.getMessage())));
        return;
      }
      handover.event(
          EventCodec.encode(
              new RecordEvent(
                  RecordEvent.Action.CREATE,
                  RepoEvent.BACKFILL_SEQ,
                  time,
                  did,
                  host,
                  commit,
                  rev,
                  cursor.collection(),
                  cursor.rkey(),
                  cursor.cid().toString(),
                  new RawJson(record),
                  false,
                  ref)));
      count++;
    }

    SnapshotEvent closing(Scope scope) {
      return new SnapshotEvent(time, did, host, commit, rev, ref, scope, count);
    }
  }
}
