package dev.millrace.connectors.labels;

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

/** One labeler's labels: from the committed cursor, checked, to {@code label_live}. */
public final class LabelProducer {
  private static final String SUBSCRIBE = "/xrpc/com.atproto.label.subscribeLabels";

  private LabelProducer() {}

  /**
   * Starts its threads and returns.
   *
   * @param client whose limit of silence suits labelers, which may have nothing to say for hours
   * @param resolver with a cache
   */
  public static IngestPart start(
      LabelOptions options,
      KafkaConnection kafka,
      StreamClient client,
      DidResolver resolver,
      MeterRegistry meters) {
    return start(options, kafka, client, resolver, meters, WriteSteps.NONE);
  }

  /** The same, telling of each durable boundary. */
  public static IngestPart start(
      LabelOptions options,
      KafkaConnection kafka,
      StreamClient client,
      DidResolver resolver,
      MeterRegistry meters,
      WriteSteps steps) {
    CursorKey stream = new CursorKey(CursorKey.Stream.LABELS, options.labeler().name());
    IngestMetrics metrics = new IngestMetrics(meters, stream);
    StreamPipeline pipeline =
        new StreamPipeline(
            stream,
            client,
            URI.create(options.labeler().webSocket() + SUBSCRIBE),
            options.batches(),
            options.firstCursor(),
            new LabelTranslator(
                stream,
                new LabelChecker(options.labeler(), resolver, metrics),
                metrics,
                Clock.systemUTC()),
            new TransactionalWriter(kafka, stream, meters, steps),
            metrics);
    pipeline.start();
    return pipeline;
  }
}
