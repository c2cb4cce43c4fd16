package dev.millrace.connectors.firehose;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.millrace.atproto.identity.DidResolver;
import dev.millrace.atproto.stream.StreamClient;
import dev.millrace.connectors.ingest.IngestMetrics;
import dev.millrace.connectors.ingest.IngestPart;
import dev.millrace.connectors.ingest.StreamPipeline;
import dev.millrace.connectors.kafka.KafkaConnection;
import dev.millrace.connectors.kafka.TransactionalWriter;
import dev.millrace.connectors.kafka.WriteSteps;
import dev.millrace.schema.event.CursorKey;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.URI;
import java.time.Clock;

/**
 * One relay's firehose: from the committed cursor, checked, to {@code firehose_live}.
 *
 * <p>Two relays may bring the same repos: each has a producer, a cursor and a transactional id of
 * its own, and readers take a repeated rev for a duplicate.
 */
public final class FirehoseProducer {
  private static final String SUBSCRIBE = "/xrpc/com.atproto.sync.subscribeRepos";

  private FirehoseProducer() {}

  /**
   * Starts its threads and returns.
   *
   * @param resolver with a cache; it is asked beside the stream only
   */
  public static IngestPart start(
      FirehoseOptions options,
      KafkaConnection kafka,
      StreamClient client,
      DidResolver resolver,
      MeterRegistry meters) {
    return start(options, kafka, client, resolver, meters, Clock.systemUTC(), WriteSteps.NONE);
  }

  /** The same under another clock, and telling of each durable boundary. */
  public static IngestPart start(
      FirehoseOptions options,
      KafkaConnection kafka,
      StreamClient client,
      DidResolver resolver,
      MeterRegistry meters,
      Clock clock,
      WriteSteps steps) {
    String host = options.relay().name();
    CursorKey stream = new CursorKey(CursorKey.Stream.FIREHOSE, host);
    IngestMetrics metrics = new IngestMetrics(meters, stream);
    Origin origin = Origin.live();
    SigningKeys keys = new SigningKeys(options.keysKept(), Ticker.systemTicker());
    SignatureChecks signatures =
        new SignatureChecks(resolver, keys, options.checksPending(), options.lookups(), metrics);
    CheckerPool checkers =
        new CheckerPool(
            options.workers(), () -> new FrameChecker(host, options.scope(), keys, clock, origin));
    StreamPipeline pipeline =
        new StreamPipeline(
            stream,
            client,
            URI.create(options.relay().webSocket() + SUBSCRIBE),
            options.batches(),
            options.firstCursor(),
            new FirehoseTranslator(
                stream, host, options.scope(), checkers, keys, signatures, metrics, clock, origin),
            new TransactionalWriter(kafka, stream, meters, steps),
            metrics);
    pipeline.start();
    return pipeline;
  }
}
