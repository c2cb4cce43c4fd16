package dev.millrace.connectors.sink;

import dev.millrace.atproto.syntax.Tid;
import dev.millrace.schema.event.AccountEvent;
import dev.millrace.schema.event.CommitEvent;
import dev.millrace.schema.event.RawJson;
import dev.millrace.schema.event.RecordEvent;
import dev.millrace.schema.event.RecordEvent.Action;
import dev.millrace.schema.event.RepoEvent;
import dev.millrace.schema.event.ResetEvent;
import dev.millrace.schema.event.ResolvedIdentity;
import dev.millrace.schema.event.Scope;
import dev.millrace.schema.event.SnapshotEvent;
import dev.millrace.schema.event.SnapshotRef;
import dev.millrace.schema.event.SyncEvent;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Events of one repo, as short as tests want them. Revs are numbered: rev 3 is the TID of second 3
 * of a day, and a live event's time is 250 ms after it, as a relay is later than the repo.
 */
public final class Events {
  public static final String LIKE = "app.bsky.feed.like";
  public static final String POST = "app.bsky.feed.post";
  public static final String PROFILE = "app.bsky.actor.profile";
  public static final String REPOST = "app.bsky.feed.repost";
  public static final String FOLLOW = "app.bsky.graph.follow";

  private static final Instant DAY = Instant.parse("2026-01-01T00:00:00Z");
  private static final String HOST = "relay.example";

  private final String did;
  private long seq;

  public Events(String did) {
    this.did = did;
  }

  public String did() {
    return did;
  }

  public static String rev(int number) {
    return Tid.of(DAY.plusSeconds(number).toEpochMilli() * 1000, 7).value();
  }

  /** When a live event of that rev says it was. */
  public static String liveTime(int number) {
    return DAY.plusSeconds(number).plusMillis(250).toString();
  }

  /** The time in the rev, which is a snapshot's. */
  public static String revTime(int number) {
    return DAY.plusSeconds(number).toString().replace("Z", ".000Z");
  }

  public String uri(String collection, String rkey) {
    return "at://" + did + "/" + collection + "/" + rkey;
  }

  /** A live create or update. */
  public RecordEvent put(int rev, String collection, String rkey, String cid, String json) {
    return new RecordEvent(
        Action.CREATE,
        ++seq,
        liveTime(rev),
        did,
        HOST,
        "commit" + rev,
        rev(rev),
        collection,
        rkey,
        cid,
        RawJson.of(json),
        false,
        null);
  }

  public RecordEvent delete(int rev, String collection, String rkey) {
    return new RecordEvent(
        Action.DELETE,
        ++seq,
        liveTime(rev),
        did,
        HOST,
        "commit" + rev,
        rev(rev),
        collection,
        rkey,
        null,
        null,
        false,
        null);
  }

  public CommitEvent commit(int rev) {
    return new CommitEvent(
        ++seq, liveTime(rev), did, HOST, "commit" + rev, rev(rev), null, null, "data", false);
  }

  public SyncEvent sync(int rev) {
    return new SyncEvent(++seq, liveTime(rev), did, HOST, "commit" + rev, rev(rev), "data", false);
  }

  public AccountEvent account(int second, boolean active, @Nullable String status) {
    return new AccountEvent(++seq, liveTime(second), did, HOST, active, status, null);
  }

  /** What getRepo said of the account. */
  public AccountEvent learnt(int second, boolean active, @Nullable String status, long livePos) {
    return new AccountEvent(
        RepoEvent.BACKFILL_SEQ, liveTime(second), did, "pds.example", active, status, livePos);
  }

  /** The backfiller has confirmed that the account is gone. */
  public AccountEvent gone(int second, long livePos) {
    return learnt(second, false, "deleted", livePos);
  }

  public ResetEvent reset(int second) {
    return new ResetEvent(liveTime(second), did, ResetEvent.OPERATOR);
  }

  public ResolvedIdentity resolved(int second, @Nullable String handle) {
    return new ResolvedIdentity(did, handle, null, null, liveTime(second));
  }

  public static String reply(String parent) {
    return Records.reply(parent);
  }

  /** What a window of the firehose tells of that rev: as it was told live, but at no place. */
  public RecordEvent past(int rev, String collection, String rkey, String cid, String json) {
    return new RecordEvent(
        Action.CREATE,
        RepoEvent.BACKFILL_SEQ,
        liveTime(rev),
        did,
        HOST,
        "commit" + rev,
        rev(rev),
        collection,
        rkey,
        cid,
        RawJson.of(json),
        false,
        null);
  }

  public RecordEvent pastDelete(int rev, String collection, String rkey) {
    return new RecordEvent(
        Action.DELETE,
        RepoEvent.BACKFILL_SEQ,
        liveTime(rev),
        did,
        HOST,
        "commit" + rev,
        rev(rev),
        collection,
        rkey,
        null,
        null,
        false,
        null);
  }

  public CommitEvent pastCommit(int rev) {
    return new CommitEvent(
        RepoEvent.BACKFILL_SEQ,
        liveTime(rev),
        did,
        HOST,
        "commit" + rev,
        rev(rev),
        null,
        null,
        "data",
        false);
  }

  /** A record of a snapshot. */
  public RecordEvent held(
      int rev, String collection, String rkey, String cid, String json, long livePos) {
    return new RecordEvent(
        Action.CREATE,
        RepoEvent.BACKFILL_SEQ,
        revTime(rev),
        did,
        "pds.example",
        "commit" + rev,
        rev(rev),
        collection,
        rkey,
        cid,
        RawJson.of(json),
        false,
        new SnapshotRef("snapshot" + rev + "@" + livePos, livePos));
  }

  public RecordEvent held(int rev, String collection, String rkey, String cid, String json) {
    return held(rev, collection, rkey, cid, json, 1_000_000);
  }

  public SnapshotEvent closed(int rev, Scope scope, long livePos) {
    return new SnapshotEvent(
        revTime(rev),
        did,
        "pds.example",
        "commit" + rev,
        rev(rev),
        new SnapshotRef("snapshot" + rev + "@" + livePos, livePos),
        scope,
        0);
  }

  public SnapshotEvent closed(int rev) {
    return closed(rev, Scope.FULL, 1_000_000);
  }

  public static String post(String text) {
    return Records.post(text);
  }

  public static String like(String subject) {
    return Records.onRecord(LIKE, subject);
  }

  public static String follow(String subject) {
    return Records.onSubject(FOLLOW, subject);
  }
}
