package dev.millrace.connectors.firehose;

import dev.millrace.atproto.BadDataException;
import dev.millrace.atproto.car.CarLimits;
import dev.millrace.atproto.cbor.CborToJson;
import dev.millrace.atproto.cid.Cid;
import dev.millrace.atproto.crypto.PublicKey;
import dev.millrace.atproto.repo.Commit;
import dev.millrace.atproto.repo.CommitClaim;
import dev.millrace.atproto.repo.CommitLimits;
import dev.millrace.atproto.repo.CommitProof;
import dev.millrace.atproto.repo.ProvenOp;
import dev.millrace.atproto.repo.RepoOp;
import dev.millrace.atproto.stream.AccountMessage;
import dev.millrace.atproto.stream.CommitMessage;
import dev.millrace.atproto.stream.ErrorMessage;
import dev.millrace.atproto.stream.FrameSubject;
import dev.millrace.atproto.stream.IdentityMessage;
import dev.millrace.atproto.stream.InfoMessage;
import dev.millrace.atproto.stream.LabelsMessage;
import dev.millrace.atproto.stream.StreamMessage;
import dev.millrace.atproto.stream.SyncMessage;
import dev.millrace.atproto.stream.UnknownMessage;
import dev.millrace.atproto.syntax.Datetime;
import dev.millrace.atproto.syntax.Did;
import dev.millrace.atproto.syntax.Tid;
import dev.millrace.connectors.ingest.IngestScope;
import dev.millrace.connectors.ingest.Received;
import dev.millrace.schema.event.AccountEvent;
import dev.millrace.schema.event.CommitEvent;
import dev.millrace.schema.event.DeadLetter;
import dev.millrace.schema.event.EventCodec;
import dev.millrace.schema.event.IdentityEvent;
import dev.millrace.schema.event.RawJson;
import dev.millrace.schema.event.RecordEvent;
import dev.millrace.schema.event.RepoEvent;
import dev.millrace.schema.event.SyncEvent;
import java.time.Clock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks one frame as far as can be without the repo's state, and makes its events.
 *
 * <p>Belongs to one worker: it reuses buffers. It waits for nothing and remembers nothing; what it
 * finds depends on the frame and on the keys at hand.
 */
final class FrameChecker {
  private static final Logger log = LoggerFactory.getLogger(FrameChecker.class);
  private static final int MOST_HANDLE_CHARS = 253;

  /** Of a word that the protocol does not bound: an account's status, a rev that came before. */
  private static final int MOST_WORD_CHARS = 128;

  /** JSON of records is two or three times their blocks, six times where all is escaped. */
  private static final int MOST_EXPANSION = 8;

  private static final int EVENT_BYTES_AT_LEAST = 256 << 10;

  private static final String DELETED = "deleted";

  private final String host;
  private final IngestScope scope;
  private final SigningKeys keys;
  private final Clock clock;
  private final Origin origin;
  private final CborToJson json = new CborToJson();

  FrameChecker(String host, IngestScope scope, SigningKeys keys, Clock clock, Origin origin) {
    this.host = host;
    this.scope = scope;
    this.keys = keys;
    this.clock = clock;
    this.origin = origin;
  }

  CheckedFrame check(Received received) {
    CheckedFrame result = new CheckedFrame();
    switch (received) {
      case Received.Message(StreamMessage message, byte[] frame) -> check(message, frame, result);
      case Received.Bad(byte[] frame, BadDataException problem) -> bad(frame, problem, result);
    }
    return result;
  }

  private void check(StreamMessage message, byte[] frame, CheckedFrame result) {
    try {
      switch (message) {
        case CommitMessage commit -> commit(commit, result);
        case SyncMessage sync -> sync(sync, result);
        case IdentityMessage identity -> identity(identity, result);
        case AccountMessage account -> account(account, result);
        case LabelsMessage labels -> throw unknown("#labels");
        case UnknownMessage unknown -> throw unknown(unknown.type());
        case InfoMessage info -> throw new IllegalStateException("not for a worker: " + info);
        case ErrorMessage error -> throw new IllegalStateException("not for a worker: " + error);
      }
    } catch (BadDataException e) {
      result.events.clear();
      result.check = null;
      // What was to be fetched on its word, up to a rev of its own, is not believed either.
      result.fetchReason = null;
      result.fetchRev = null;
      refuse(did(message), frame, e, result);
    } catch (RuntimeException e) {
      // Ours to mend; but a frame that finds it must not stop the stream at every start.
      log.error("{}: a frame of {} could not be checked", host, did(message), e);
      result.events.clear();
      result.check = null;
      refuse(did(message), frame, new BadDataException("internal", e.toString(), e), result);
    }
  }

  private static BadDataException unknown(String type) {
    return new BadDataException("unknown-type", "a message of type " + type);
  }

  /** No message, but it may still show whom it was about. */
  private void bad(byte[] frame, BadDataException problem, CheckedFrame result) {
    Did did = FrameSubject.of(frame).did();
    refuse(did == null ? null : did.value(), frame, problem, result);
  }

  private void refuse(
      @Nullable String did, byte[] frame, BadDataException why, CheckedFrame result) {
    result.did = did;
    result.deadLetters.add(DeadLetter.of(why.reason(), frame).did(did).host(host).exception(why));
    if (did != null) {
      // Whatever it was, something of this repo is missing now; but not the rev of a message that
      // is not believed.
      result.fetch(why.reason(), null);
    }
  }

  static @Nullable String did(StreamMessage message) {
    return switch (message) {
      case CommitMessage commit -> commit.repo().value();
      case SyncMessage sync -> sync.did().value();
      case IdentityMessage identity -> identity.did().value();
      case AccountMessage account -> account.did().value();
      case LabelsMessage labels -> null;
      case UnknownMessage unknown -> null;
      case InfoMessage info -> null;
      case ErrorMessage error -> null;
    };
  }

  private void commit(CommitMessage message, CheckedFrame result) {
    result.did = message.repo().value();
    result.time = time(message.time());
    if (message.tooBig()) {
      tooBig(message, result);
      return;
    }
    CommitProof proof =
        CommitProof.verify(
            new CommitClaim(
                message.repo(), message.rev(), message.commit(), message.prevData(), message.ops()),
            message.blocks(),
            CommitLimits.DEFAULT,
            clock.instant());
    boolean isUnchecked = isUnchecked(message.seq(), proof.commit(), result);
    for (ProvenOp operation : proof.operations()) {
      if (scope.hasCollection(operation.operation().collection())) {
        record(message, operation, isUnchecked, result);
        requireBounded(result, message.blocks().length);
      }
    }
    if (result.events.isEmpty() && !origin.tellsEmptied() && !message.ops().isEmpty()) {
      return;
    }
    Cid prevData = message.prevData();
    add(
        new CommitEvent(
            origin.seq(message.seq()),
            origin.time(message.time()),
            message.repo().value(),
            host,
            message.commit().toString(),
            message.rev().value(),
            bounded("since", message.since(), MOST_WORD_CHARS),
            prevData == null ? null : prevData.toString(),
            proof.commit().data().toString(),
            isUnchecked),
        result);
  }

  /** One block may stand for many records of a commit; their events would fill the memory. */
  private static void requireBounded(CheckedFrame result, int blockBytes) {
    long most = EVENT_BYTES_AT_LEAST + (long) MOST_EXPANSION * blockBytes;
    if (result.eventBytes() > most) {
      throw new BadDataException("too-big", "events of more than " + most + " bytes in one commit");
    }
  }

  /** As a sync, if the commit itself came along: the tracker has what it holds fetched. */
  private void tooBig(CommitMessage message, CheckedFrame result) {
    if (message.blocks().length == 0) {
      result.fetch("too-big", null);
      return;
    }
    reset(message.seq(), message.time(), message.repo(), message.rev(), message.blocks(), result);
  }

  private void sync(SyncMessage message, CheckedFrame result) {
    result.did = message.did().value();
    result.time = time(message.time());
    reset(message.seq(), message.time(), message.did(), message.rev(), message.blocks(), result);
  }

  private void reset(long seq, String time, Did did, Tid rev, byte[] blocks, CheckedFrame result) {
    Commit commit = CommitProof.verifySync(did, rev, blocks, CarLimits.COMMIT, clock.instant());
    boolean isUnchecked = isUnchecked(seq, commit, result);
    if (origin.isWindow()) {
      // What became of the records then, only the repo can say, and it says what they are now.
      result.fetch("sync", null);
      return;
    }
    add(
        new SyncEvent(
            seq,
            time,
            did.value(),
            host,
            commit.cid().toString(),
            rev.value(),
            commit.data().toString(),
            isUnchecked),
        result);
  }

  private void identity(IdentityMessage message, CheckedFrame result) {
    result.did = message.did().value();
    result.time = time(message.time());
    add(
        new IdentityEvent(
            origin.seq(message.seq()),
            origin.time(message.time()),
            message.did().value(),
            host,
            bounded("handle", message.handle(), MOST_HANDLE_CHARS)),
        result);
  }

  private void account(AccountMessage message, CheckedFrame result) {
    result.did = message.did().value();
    result.time = time(message.time());
    String status = bounded("status", message.status(), MOST_WORD_CHARS);
    if (origin.isWindow()) {
      result.ask(!message.active() && DELETED.equals(status));
      return;
    }
    add(
        new AccountEvent(
            message.seq(),
            message.time(),
            message.did().value(),
            host,
            message.active(),
            status,
            null),
        result);
  }

  private boolean isUnchecked(long seq, Commit commit, CheckedFrame result) {
    PublicKey key = keys.atHand(commit.did());
    if (key != null && commit.verify(key)) {
      return false;
    }
    result.check = new SignatureCheck(seq, commit, key != null, System.nanoTime());
    return true;
  }

  private void record(
      CommitMessage message, ProvenOp operation, boolean isUnchecked, CheckedFrame result) {
    RepoOp op = operation.operation();
    byte[] block = operation.record();
    try {
      Cid cid = op.cid();
      byte[] event =
          EventCodec.encode(
              new RecordEvent(
                  action(op.action()),
                  origin.seq(message.seq()),
                  origin.time(message.time()),
                  message.repo().value(),
                  host,
                  message.commit().toString(),
                  message.rev().value(),
                  op.collection(),
                  op.rkey(),
                  cid == null ? null : cid.toString(),
                  block == null ? null : new RawJson(json.convert(block)),
                  isUnchecked,
                  null));
      result.add(op.action().toString(), event);
    } catch (BadDataException e) {
      result.deadLetters.add(
          DeadLetter.of(e.reason(), block)
              .did(message.repo().value())
              .host(host)
              .exception(op.path() + ": " + e.getMessage()));
      result.fetch("record", message.rev().value());
    }
  }

  private static RecordEvent.Action action(RepoOp.Action action) {
    return switch (action) {
      case CREATE -> RecordEvent.Action.CREATE;
      case UPDATE -> RecordEvent.Action.UPDATE;
      case DELETE -> RecordEvent.Action.DELETE;
    };
  }

  private static void add(RepoEvent event, CheckedFrame result) {
    result.add(event.type(), EventCodec.encode(event));
  }

  /** Free text may not make an event larger than Kafka takes: the stream would stop at it. */
  private static @Nullable String bounded(String field, @Nullable String text, int most) {
    if (text != null && text.length() > most) {
      throw new BadDataException("too-big", field + " of " + text.length() + " characters");
    }
    return text;
  }

  /** Events live by their own time, so one that is none cannot stay. */
  private static String time(String text) {
    if (!Datetime.isValid(text)) {
      throw new BadDataException("time", "not a datetime");
    }
    return text;
  }
}
