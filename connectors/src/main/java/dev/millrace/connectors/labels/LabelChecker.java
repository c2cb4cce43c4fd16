package dev.millrace.connectors.labels;

import dev.millrace.atproto.BadDataException;
import dev.millrace.atproto.cid.Cid;
import dev.millrace.atproto.crypto.PublicKey;
import dev.millrace.atproto.identity.DidDocument;
import dev.millrace.atproto.identity.DidNotFoundException;
import dev.millrace.atproto.identity.DidResolver;
import dev.millrace.atproto.retry.Backoff;
import dev.millrace.atproto.stream.Label;
import dev.millrace.atproto.stream.LabelSignature;
import dev.millrace.atproto.syntax.AtUri;
import dev.millrace.atproto.syntax.Datetime;
import dev.millrace.atproto.syntax.Did;
import dev.millrace.atproto.xrpc.XrpcException;
import dev.millrace.connectors.ingest.IngestMetrics;
import dev.millrace.connectors.ingest.ServiceHost;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether a label may be believed: the DID document of its {@code src} names this labeler, and its
 * {@code #atproto_label} key signed it. A document is refreshed once, past every cache, before a
 * label is refused for it; then not again for a minute.
 *
 * <p>Owned by the preparer, which waits here for a document: that delays this labeler alone, and a
 * label cannot go on unchecked. A {@code did:web} that does not answer is refused after a few
 * tries, for its host is the labeler's choice; the directory of {@code did:plc} is waited for.
 */
final class LabelChecker {
  private static final Logger log = LoggerFactory.getLogger(LabelChecker.class);
  private static final Duration FIRST_WAIT = Duration.ofMillis(500);
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(30);
  private static final Duration FRESH = Duration.ofMinutes(1);

  /** A key that was given up is not believed for longer. */
  private static final Duration KEPT = Duration.ofHours(1);

  /** With the waits between them some minutes: this labeler's stream alone waits for it. */
  private static final int MOST_TRIES_OF_WEB = 10;

  /** As the AppView's table and the lexicon bound it, in UTF-8. */
  private static final int MOST_VALUE_BYTES = 128;

  /** What was learnt of a source, when, and whether past every cache. */
  private record Source(DidDocument document, long learntNanos, boolean isRefreshed) {
    boolean isOlderThan(Duration age) {
      return System.nanoTime() - learntNanos >= age.toNanos();
    }
  }

  private final ServiceHost labeler;
  private final DidResolver resolver;
  private final IngestMetrics metrics;
  private final Map<Did, Source> sources = new HashMap<>();

  LabelChecker(ServiceHost labeler, DidResolver resolver, IngestMetrics metrics) {
    this.labeler = labeler;
    this.resolver = resolver;
    this.metrics = metrics;
  }

  /**
   * Returns if the label is good.
   *
   * @throws BadDataException with the reason why it is not
   */
  void check(Label label) throws InterruptedException {
    checkForm(label);
    Source source = source(label.src());
    if (refusal(label, source.document()) == null) {
      return;
    }
    if (!isFresh(source)) {
      source = refresh(label.src());
    }
    BadDataException refusal = refusal(label, source.document());
    if (refusal != null) {
      metrics.signature(refusal.reason());
      throw refusal;
    }
  }

  private static void checkForm(Label label) {
    boolean isSubject =
        label.uri().startsWith("did:") ? Did.isValid(label.uri()) : AtUri.isValid(label.uri());
    String cid = label.cid();
    String exp = label.exp();
    if (!isSubject
        || (cid != null && !Cid.isValidSyntax(cid))
        || label.val().isEmpty()
        || label.val().getBytes(StandardCharsets.UTF_8).length > MOST_VALUE_BYTES
        || !Datetime.isValid(label.cts())
        || (exp != null && !Datetime.isValid(exp))) {
      throw new BadDataException("label", "subject, cid, value or times are malformed");
    }
  }

  private @Nullable BadDataException refusal(Label label, DidDocument document) {
    URI endpoint = document.labeler();
    if (endpoint == null || !isHere(endpoint)) {
      return new BadDataException(
          "label-source", label.src() + " names labeler " + endpoint + ", not " + labeler);
    }
    PublicKey key = document.labelKey();
    if (key == null || !LabelSignature.verify(label, key)) {
      return new BadDataException("signature", "not by the label key of " + label.src());
    }
    return null;
  }

  private boolean isHere(URI endpoint) {
    try {
      return ServiceHost.parse(endpoint.toString()).name().equals(labeler.name());
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static boolean isFresh(Source source) {
    return source.isRefreshed() && !source.isOlderThan(FRESH);
  }

  private Source source(Did did) throws InterruptedException {
    Source known = sources.get(did);
    if (known == null) {
      return learn(did, false);
    }
    if (!known.isOlderThan(KEPT)) {
      return known;
    }
    try {
      return keep(did, resolver.refresh(did), true);
    } catch (DidNotFoundException | XrpcException | BadDataException e) {
      log.warn("labels:{}: {} is believed for longer: {}", labeler, did, e.getMessage());
      return keep(did, known.document(), false);
    }
  }

  private Source refresh(Did did) throws InterruptedException {
    return learn(did, true);
  }

  private Source keep(Did did, DidDocument document, boolean isRefreshed) {
    Source source = new Source(document, System.nanoTime(), isRefreshed);
    if (sources.size() >= 1_000) {
      // A labeler has one source, or a few; this one sends whatever it likes.
      sources.clear();
    }
    sources.put(did, source);
    return source;
  }

  private Source learn(Did did, boolean isRefresh) throws InterruptedException {
    Backoff backoff = new Backoff(FIRST_WAIT, LONGEST_WAIT, RandomGenerator.getDefault());
    while (true) {
      try {
        // A cache remembers a failure as well: it is asked the first time only.
        boolean isPastCaches = isRefresh || backoff.failures() > 0;
        DidDocument document = isPastCaches ? resolver.refresh(did) : resolver.resolve(did);
        return keep(did, document, isPastCaches);
      } catch (DidNotFoundException e) {
        throw new BadDataException(e.reason(), String.valueOf(e.getMessage()), e);
      } catch (XrpcException e) {
        Duration wait = backoff.next();
        if (Thread.interrupted()) {
          throw new InterruptedException("stopped while resolving " + did);
        }
        boolean isWeb = did.value().startsWith("did:web:");
        if (isWeb && (!e.passing() || backoff.failures() >= MOST_TRIES_OF_WEB)) {
          throw new BadDataException("identity-unavailable", String.valueOf(e.getMessage()), e);
        }
        metrics.hostFailure("identity-" + e.reason());
        log.warn(
            "labels:{}: {} cannot be resolved, again in {} ms: {}",
            labeler,
            did,
            wait.toMillis(),
            e.getMessage());
        Thread.sleep(wait);
      }
    }
  }
}
