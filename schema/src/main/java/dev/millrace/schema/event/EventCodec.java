package dev.millrace.schema.event;

import dev.millrace.atproto.BadDataException;
import dev.millrace.schema.event.RecordEvent.Action;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The values of the topics as JSON, one object each:
 *
 * <pre>
 * create, update {type, seq, time, did, host?, commit, rev, collection, rkey, cid, sig?, snapshot?, livePos?, record}
 * delete         the same without cid and record
 * commit         {type, seq, time, did, host?, commit, rev, since?, prevData?, data, sig?}
 * sync           {type, seq, time, did, host?, commit, rev, data, sig?}
 * identity       {type, seq, time, did, host?, handle?}
 * account        {type, seq, time, did, host?, active, status?, livePos?}
 * reset          {type, seq: 0, time, did, host}
 * repo           {type, seq: -1, time, did, host?, commit, rev, snapshot, scope, collections?, count, livePos}
 * label          {seq, host, src, uri, cid?, val, neg, cts, exp?}
 * listing        {did, host, rev?, status?, active}
 * request        {did, reason, scope, collections?, host?, rev?, requestedAt}
 * identity known {did, handle?, pds?, signingKey?, resolvedAt}
 * mirrored       {did, handle?, pds?, signingKey?, tombstoned, createdAt}
 * cursor         {cursor?, from?, eventTime?, done, updatedAt}
 * bad spot       {cursor?, from?, eventTime, done: false, updatedAt, host, limit, status, reason, body, attempts}
 * </pre>
 *
 * What has seq -1 and neither snapshot nor livePos is of a window of a firehose that is read again.
 * {@code ?} may be absent; {@code sig} is {@code "unchecked"} or absent; unknown fields are passed
 * over. The record is data-model JSON and passes through byte for byte.
 *
 * <p>Decoding throws nothing but {@link BadDataException} with reason {@code event}: what is not
 * JSON, misses a field, or has a {@code type} that is not known here. Decoded records share the
 * array they were decoded from.
 */
public final class EventCodec {
  private static final String UNCHECKED = "unchecked";

  private EventCodec() {}

  public static byte[] encode(RepoEvent event) {
    return switch (event) {
      case RecordEvent e ->
          start(e, e.record())
              .text("commit", e.commit())
              .text("rev", e.rev())
              .text("collection", e.collection())
              .text("rkey", e.rkey())
              .text("cid", e.cid())
              .text("sig", e.unchecked() ? UNCHECKED : null)
              .text("snapshot", e.snapshot() == null ? null : e.snapshot().id())
              .integer("livePos", e.snapshot() == null ? null : (Long) e.snapshot().livePos())
              .record(e.record())
              .toBytes();
      case CommitEvent e ->
          start(e, null)
              .text("commit", e.commit())
              .text("rev", e.rev())
              .text("since", e.since())
              .text("prevData", e.prevData())
              .text("data", e.data())
              .text("sig", e.unchecked() ? UNCHECKED : null)
              .toBytes();
      case SyncEvent e ->
          start(e, null)
              .text("commit", e.commit())
              .text("rev", e.rev())
              .text("data", e.data())
              .text("sig", e.unchecked() ? UNCHECKED : null)
              .toBytes();
      case IdentityEvent e -> start(e, null).text("handle", e.handle()).toBytes();
      case AccountEvent e ->
          start(e, null)
              .flag("active", e.active())
              .text("status", e.status())
              .integer("livePos", e.livePos())
              .toBytes();
      case ResetEvent e -> start(e, null).toBytes();
      case SnapshotEvent e ->
          scope(
                  start(e, null)
                      .text("commit", e.commit())
                      .text("rev", e.rev())
                      .text("snapshot", e.snapshot().id()),
                  e.scope())
              .integer("count", e.count())
              .integer("livePos", e.snapshot().livePos())
              .toBytes();
    };
  }

  public static byte[] encode(LabelEvent label) {
    return new EventWriter(null)
        .integer("seq", label.seq())
        .text("host", label.host())
        .text("src", label.src())
        .text("uri", label.uri())
        .text("cid", label.cid())
        .text("val", label.val())
        .flag("neg", label.neg())
        .text("cts", label.cts())
        .text("exp", label.exp())
        .toBytes();
  }

  public static byte[] encode(RepoListing listing) {
    return new EventWriter(null)
        .text("did", listing.did())
        .text("host", listing.host())
        .text("rev", listing.rev())
        .text("status", listing.status())
        .flag("active", listing.active())
        .toBytes();
  }

  public static byte[] encode(RepoRequest request) {
    EventWriter event =
        scope(
                new EventWriter(null).text("did", request.did()).text("reason", request.reason()),
                request.scope())
            .text("host", request.host())
            .text("rev", request.rev())
            .text("requestedAt", request.requestedAt());
    return request.priority() ? event.flag("priority", true).toBytes() : event.toBytes();
  }

  public static byte[] encode(ResolvedIdentity identity) {
    return new EventWriter(null)
        .text("did", identity.did())
        .text("handle", identity.handle())
        .text("pds", identity.pds())
        .text("signingKey", identity.signingKey())
        .text("resolvedAt", identity.resolvedAt())
        .toBytes();
  }

  public static byte[] encode(PlcIdentity identity) {
    return new EventWriter(null)
        .text("did", identity.did())
        .text("handle", identity.handle())
        .text("pds", identity.pds())
        .text("signingKey", identity.signingKey())
        .flag("tombstoned", identity.tombstoned())
        .text("createdAt", identity.createdAt())
        .toBytes();
  }

  public static byte[] encode(CursorValue cursor) {
    return new EventWriter(null)
        .text("cursor", cursor.cursor())
        .text("from", cursor.from())
        .text("eventTime", cursor.eventTime())
        .flag("done", cursor.done())
        .text("updatedAt", cursor.updatedAt())
        .toBytes();
  }

  /**
   * Whoever reads it as a cursor finds where listing went on, and when it first and last failed.
   */
  public static byte[] encode(BadSpot spot) {
    return new EventWriter(null)
        .text("cursor", spot.to())
        .text("from", spot.from())
        .text("eventTime", spot.firstSeen())
        .flag("done", false)
        .text("updatedAt", spot.lastTried())
        .text("host", spot.host())
        .integer("limit", (long) spot.limit())
        .integer("status", (long) spot.status())
        .text("reason", spot.reason())
        .text("body", spot.body())
        .integer("attempts", (long) spot.attempts())
        .toBytes();
  }

  public static RepoEvent decode(byte[] json) {
    return decode(json, EventCodec::repoEvent);
  }

  public static LabelEvent decodeLabel(byte[] json) {
    return decode(
        json,
        f ->
            new LabelEvent(
                f.integer("seq"),
                f.text("host"),
                f.text("src"),
                f.text("uri"),
                f.textOrNull("cid"),
                f.text("val"),
                f.flag("neg", false),
                f.text("cts"),
                f.textOrNull("exp")));
  }

  public static RepoListing decodeListing(byte[] json) {
    return decode(
        json,
        f ->
            new RepoListing(
                f.text("did"),
                f.text("host"),
                f.textOrNull("rev"),
                f.textOrNull("status"),
                f.flag("active", true)));
  }

  public static RepoRequest decodeRequest(byte[] json) {
    return decode(
        json,
        f ->
            new RepoRequest(
                f.text("did"),
                f.text("reason"),
                scope(f),
                f.textOrNull("host"),
                f.textOrNull("rev"),
                f.text("requestedAt"),
                f.flag("priority", false)));
  }

  public static ResolvedIdentity decodeIdentity(byte[] json) {
    return decode(
        json,
        f ->
            new ResolvedIdentity(
                f.text("did"),
                f.textOrNull("handle"),
                f.textOrNull("pds"),
                f.textOrNull("signingKey"),
                f.text("resolvedAt")));
  }

  public static PlcIdentity decodePlcIdentity(byte[] json) {
    return decode(
        json,
        f ->
            new PlcIdentity(
                f.text("did"),
                f.textOrNull("handle"),
                f.textOrNull("pds"),
                f.textOrNull("signingKey"),
                f.flag("tombstoned"),
                f.text("createdAt")));
  }

  public static CursorValue decodeCursor(byte[] json) {
    return decode(
        json,
        f ->
            new CursorValue(
                f.textOrNull("cursor"),
                f.textOrNull("from"),
                f.textOrNull("eventTime"),
                f.flag("done", false),
                f.text("updatedAt")));
  }

  public static BadSpot decodeSpot(byte[] json) {
    return decode(
        json,
        f ->
            new BadSpot(
                f.text("host"),
                f.textOrNull("from"),
                f.textOrNull("cursor"),
                Math.toIntExact(f.integer("limit")),
                Math.toIntExact(f.integer("status")),
                f.text("reason"),
                f.text("body"),
                Math.toIntExact(f.integer("attempts")),
                f.text("eventTime"),
                f.text("updatedAt")));
  }

  private static RepoEvent repoEvent(EventFields f) {
    String type = f.text("type");
    long seq = f.integer("seq");
    String time = f.text("time");
    String did = f.text("did");
    String host = f.textOrNull("host");
    return switch (type) {
      case "create" -> recordEvent(Action.CREATE, seq, time, did, host, f);
      case "update" -> recordEvent(Action.UPDATE, seq, time, did, host, f);
      case "delete" -> recordEvent(Action.DELETE, seq, time, did, host, f);
      case CommitEvent.TYPE ->
          new CommitEvent(
              seq,
              time,
              did,
              host,
              f.text("commit"),
              f.text("rev"),
              f.textOrNull("since"),
              f.textOrNull("prevData"),
              f.text("data"),
              unchecked(f));
      case SyncEvent.TYPE ->
          new SyncEvent(
              seq, time, did, host, f.text("commit"), f.text("rev"), f.text("data"), unchecked(f));
      case IdentityEvent.TYPE -> new IdentityEvent(seq, time, did, host, f.textOrNull("handle"));
      case AccountEvent.TYPE ->
          new AccountEvent(
              seq,
              time,
              did,
              host,
              f.flag("active"),
              f.textOrNull("status"),
              f.integerOrNull("livePos"));
      case ResetEvent.TYPE -> new ResetEvent(time, did, f.text("host"));
      case SnapshotEvent.TYPE ->
          new SnapshotEvent(
              time,
              did,
              host,
              f.text("commit"),
              f.text("rev"),
              new SnapshotRef(f.text("snapshot"), f.integer("livePos")),
              scope(f),
              f.integer("count"));
      default -> throw EventFields.bad("unknown type " + quoted(type));
    };
  }

  private static RecordEvent recordEvent(
      Action action, long seq, String time, String did, @Nullable String host, EventFields f) {
    String snapshot = f.textOrNull("snapshot");
    return new RecordEvent(
        action,
        seq,
        time,
        did,
        host,
        f.text("commit"),
        f.text("rev"),
        f.text("collection"),
        f.text("rkey"),
        f.textOrNull("cid"),
        f.recordOrNull(),
        unchecked(f),
        snapshot == null ? null : new SnapshotRef(snapshot, f.integer("livePos")));
  }

  private static EventWriter start(RepoEvent event, @Nullable RawJson record) {
    return new EventWriter(record)
        .text("type", event.type())
        .integer("seq", event.seq())
        .text("time", event.time())
        .text("did", event.did())
        .text("host", event.host());
  }

  private static EventWriter scope(EventWriter writer, Scope scope) {
    writer.text("scope", scope.word());
    return scope.collections().isEmpty()
        ? writer
        : writer.texts("collections", scope.collections());
  }

  private static Scope scope(EventFields f) {
    String word = f.text("scope");
    return switch (word) {
      case Scope.FULL_WORD -> Scope.FULL;
      case Scope.PARTIAL_WORD -> Scope.ofCollections(f.texts("collections"));
      default -> throw EventFields.bad("unknown scope " + quoted(word));
    };
  }

  private static boolean unchecked(EventFields f) {
    String sig = f.textOrNull("sig");
    if (sig == null || sig.equals(UNCHECKED)) {
      return sig != null;
    }
    throw EventFields.bad("unknown sig " + quoted(sig));
  }

  private static <T> T decode(byte[] json, Function<EventFields, T> reading) {
    try {
      return reading.apply(EventFields.parse(json));
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw new BadDataException(EventFields.REASON, "inconsistent: " + e.getMessage(), e);
    }
  }

  private static String quoted(String word) {
    return "'" + word.substring(0, Math.min(40, word.length())) + "'";
  }
}
