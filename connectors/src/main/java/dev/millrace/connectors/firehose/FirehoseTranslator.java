package dev.millrace.connectors.firehose;

import dev.millrace.atproto.stream.ErrorMessage;
import dev.millrace.atproto.stream.IdentityMessage;
import dev.millrace.atproto.stream.InfoMessage;
import dev.millrace.atproto.stream.StreamMessage;
import dev.millrace.atproto.syntax.Did;
import dev.millrace.connectors.ingest.IngestMetrics;
import dev.millrace.connectors.ingest.IngestScope;
import dev.millrace.connectors.ingest.Received;
import dev.millrace.connectors.ingest.StreamCursors;
import dev.millrace.connectors.ingest.StreamOrder;
import dev.millrace.connectors.ingest.Translator;
import dev.millrace.connectors.kafka.Batch;
import dev.millrace.schema.event.CursorKey;
import dev.millrace.schema.event.CursorValue;
import dev.millrace.schema.event.DeadLetter;
import dev.millrace.schema.event.EventCodec;
import dev.millrace.schema.event.RepoRequest;
import dev.millrace.schema.event.ResetEvent;
import dev.millrace.schema.topic.Topic;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Makes batches of a relay's frames: sequence numbers and scope first, in order; then the checks,
 * in parallel; then the events, in order again.
 *
 * <p>Owned by the preparer.
 */
public final class FirehoseTranslator implements Translator {
  /** How long an open signature may hold the cursor back: what is read again after a crash. */
  private static final Duration LONGEST_HELD_BACK = Duration.ofSeconds(60);

  private final String host;
  private final IngestScope scope;
  private final CheckerPool checkers;
  private final SigningKeys keys;
  private final SignatureChecks signatures;
  private final IngestMetrics metrics;
  private final Clock clock;
  private final StreamOrder order;
  private final StreamCursors cursors;
  private final Origin origin;
  private Tally tally = new Tally();
  private @Nullable String newest;
  private @Nullable CursorValue gap;

  FirehoseTranslator(
      CursorKey stream,
      String host,
      IngestScope scope,
      CheckerPool checkers,
      SigningKeys keys,
      SignatureChecks signatures,
      IngestMetrics metrics,
      Clock clock,
      Origin origin) {
    this.origin = origin;
    this.host = host;
    this.scope = scope;
    this.checkers = checkers;
    this.keys = keys;
    this.signatures = signatures;
    this.metrics = metrics;
    this.clock = clock;
    this.order = new StreamOrder(stream.toString(), metrics, clock);
    this.cursors = new StreamCursors(stream, clock);
  }

  @Override
  public void startAfter(@Nullable Long cursor) {
    order.startAfter(cursor);
    cursors.startAfter(cursor);
  }

  @Override
  public Batch translate(List<Received> received) throws InterruptedException {
    Requests requests = new Requests(new Batch());
    for (CheckedFrame frame : checkers.check(wanted(received))) {
      add(frame, requests);
    }
    requests.addFailed(signatures.collectFailed());
    requests.addGivenUp(signatures.giveUp(LONGEST_HELD_BACK));
    return withCursors(requests);
  }

  /**
   * The cursor stays before the first message whose signature is not settled: after a crash it is
   * read and checked again. Not for ever: what takes too long is given up, and the repo fetched.
   */
  private Batch withCursors(Requests requests) {
    CursorValue found = order.takeGap();
    gap = found == null ? gap : found;
    cursors.addTo(requests.batch, reached(), newest, found);
    return requests.batch;
  }

  /** The last sequence number that need not be read again once all batches are committed. */
  public @Nullable Long reached() {
    Long reached = order.last();
    Long unsettled = signatures.lowestUnsettled();
    return reached != null && unsettled != null ? (Long) Math.min(reached, unsettled - 1) : reached;
  }

  /** The time of the newest event, as its host wrote it. */
  public @Nullable String newest() {
    return newest;
  }

  /** The newest stretch that the host no longer had. */
  public @Nullable CursorValue gap() {
    return gap;
  }

  /** What became of the frames since the last call. */
  public Tally takeTally() {
    Tally taken = tally;
    tally = new Tally();
    return taken;
  }

  /** Whether no signature is waited for. */
  public boolean isSettled() {
    return signatures.lowestUnsettled() == null;
  }

  /** What is to be checked: in scope, with a number that rises. */
  private List<Received> wanted(List<Received> received) {
    List<Received> wanted = new ArrayList<>(received.size());
    for (Received next : received) {
      switch (next) {
        case Received.Bad bad -> wanted.add(bad);
        case Received.Message(StreamMessage message, byte[] frame)
            when message instanceof InfoMessage || message instanceof ErrorMessage ->
            order.heed(message);
        case Received.Message(StreamMessage message, byte[] frame) -> {
          if (order.passes(message) && isInScope(message)) {
            wanted.add(next);
            if (message instanceof IdentityMessage identity) {
              keys.forget(identity.did());
            }
          } else {
            tally.skip();
          }
        }
      }
    }
    return wanted;
  }

  private boolean isInScope(StreamMessage message) {
    String did = FrameChecker.did(message);
    if (did == null || scope.hasRepo(did)) {
      return true;
    }
    metrics.dropped("out-of-scope");
    return false;
  }

  private void add(CheckedFrame frame, Requests requests) {
    String did = frame.did;
    if (did != null && !scope.hasRepo(did)) {
      metrics.dropped("out-of-scope");
      tally.skip();
      return;
    }
    tally.count(frame);
    for (DeadLetter letter : frame.deadLetters) {
      requests.add(letter);
    }
    if (did == null) {
      return;
    }
    for (CheckedFrame.Event event : frame.events) {
      requests.batch.add(origin.topic(), did, event.json());
      metrics.events(event.type(), 1);
    }
    if (frame.fetchReason != null) {
      requests.fetch(did, frame.fetchReason, frame.fetchRev);
    }
    if (frame.asksStatus) {
      requests.ask(did, frame.wasDeleted);
    }
    SignatureCheck check = frame.check;
    if (check != null && !signatures.submit(check)) {
      metrics.signature("queue-full");
      requests.fetch(did, "signature", null);
    }
    if (frame.time != null) {
      newest = frame.time;
    }
  }

  @Override
  public Batch finish() {
    Requests requests = new Requests(new Batch());
    // What is still open stays behind the cursor, and is checked at the next start.
    signatures.close();
    requests.addFailed(signatures.collectFailed());
    return withCursors(requests);
  }

  @Override
  public void close() {
    signatures.close();
    checkers.close();
  }

  /** A batch under way; a repo is asked for once in it for each reason. */
  private final class Requests {
    final Batch batch;
    private final Set<String> asked = new HashSet<>();

    Requests(Batch batch) {
      this.batch = batch;
    }

    void add(DeadLetter letter) {
      batch.add(letter);
      metrics.deadLetter(letter.reason());
    }

    void fetch(String did, String reason, @Nullable String rev) {
      if (asked.add(did + ' ' + reason)) {
        batch.add(
            Topic.REPO_REQUESTS,
            did,
            EventCodec.encode(
                new RepoRequest(
                    did,
                    reason,
                    scope.ofRequests(),
                    host,
                    // A rev of the past may be above those of today's generation.
                    origin.isWindow() ? null : rev,
                    clock.instant().toString())));
        metrics.request(reason);
      }
    }

    /** What the account is today; one that was deleted begins anew, as {@code repos reset} does. */
    void ask(String did, boolean wasDeleted) {
      String reason = wasDeleted ? "deletion" : "status";
      if (!origin.isFirst(did, reason)) {
        return;
      }
      if (wasDeleted) {
        batch.add(
            Topic.FIREHOSE_LIVE,
            did,
            EventCodec.encode(new ResetEvent(clock.instant().toString(), did, ResetEvent.WINDOW)));
      }
      fetch(did, reason, null);
    }

    void addGivenUp(List<SignatureCheck> checks) {
      for (SignatureCheck check : checks) {
        metrics.signature("given-up");
        fetch(check.commit().did().value(), "signature", null);
      }
    }

    void addFailed(List<SignatureCheck.Failed> failures) {
      for (SignatureCheck.Failed failure : failures) {
        Did did = failure.commit().did();
        if (failure.isRefuted()) {
          add(
              DeadLetter.of(failure.reason(), failure.commit().encode())
                  .did(did.value())
                  .host(host)
                  .exception(failure.detail()));
        }
        fetch(did.value(), "signature", null);
      }
    }
  }
}
