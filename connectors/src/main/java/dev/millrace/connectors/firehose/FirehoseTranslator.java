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
import dev.millrace.schema.event.DeadLetter;
import dev.millrace.schema.event.EventCodec;
import dev.millrace.schema.event.RepoRequest;
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
final class FirehoseTranslator implements Translator {
  /** How long an open signature may hold the cursor back: what is read again after a crash. */
  private static final Duration LONGEST_HELD_BACK = Duration.ofSeconds(60);

  private final CursorKey stream;
  private final IngestScope scope;
  private final CheckerPool checkers;
  private final SigningKeys keys;
  private final SignatureChecks signatures;
  private final IngestMetrics metrics;
  private final Clock clock;
  private final StreamOrder order;
  private final StreamCursors cursors;
  private @Nullable String newest;

  FirehoseTranslator(
      CursorKey stream,
      IngestScope scope,
      CheckerPool checkers,
      SigningKeys keys,
      SignatureChecks signatures,
      IngestMetrics metrics,
      Clock clock) {
    this.stream = stream;
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
    Long reached = order.last();
    Long unsettled = signatures.lowestUnsettled();
    if (reached != null && unsettled != null) {
      reached = Math.min(reached, unsettled - 1);
    }
    cursors.addTo(requests.batch, reached, newest, order.takeGap());
    return requests.batch;
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
      return;
    }
    for (DeadLetter letter : frame.deadLetters) {
      requests.add(letter);
    }
    if (did == null) {
      return;
    }
    for (CheckedFrame.Event event : frame.events) {
      requests.batch.add(Topic.FIREHOSE_LIVE, did, event.json());
      metrics.events(event.type(), 1);
    }
    if (frame.fetchReason != null) {
      requests.fetch(did, frame.fetchReason, frame.fetchRev);
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
                    stream.host(),
                    rev,
                    clock.instant().toString())));
        metrics.request(reason);
      }
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
                  .host(stream.host())
                  .exception(failure.detail()));
        }
        fetch(did.value(), "signature", null);
      }
    }
  }
}
