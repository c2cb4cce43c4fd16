package dev.millrace.connectors.labels;

import dev.millrace.atproto.BadDataException;
import dev.millrace.atproto.stream.ErrorMessage;
import dev.millrace.atproto.stream.InfoMessage;
import dev.millrace.atproto.stream.Label;
import dev.millrace.atproto.stream.LabelsMessage;
import dev.millrace.atproto.stream.StreamMessage;
import dev.millrace.connectors.ingest.IngestMetrics;
import dev.millrace.connectors.ingest.Received;
import dev.millrace.connectors.ingest.StreamCursors;
import dev.millrace.connectors.ingest.StreamOrder;
import dev.millrace.connectors.ingest.Translator;
import dev.millrace.connectors.kafka.Batch;
import dev.millrace.schema.event.CursorKey;
import dev.millrace.schema.event.DeadLetter;
import dev.millrace.schema.event.EventCodec;
import dev.millrace.schema.event.LabelEvent;
import dev.millrace.schema.topic.Topic;
import java.time.Clock;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes batches of a labeler's frames. A label that is refused is set aside alone; the others of
 * its message go on.
 *
 * <p>Owned by the preparer.
 */
final class LabelTranslator implements Translator {
  private static final Logger log = LoggerFactory.getLogger(LabelTranslator.class);

  private final CursorKey stream;
  private final LabelChecker checker;
  private final IngestMetrics metrics;
  private final StreamOrder order;
  private final StreamCursors cursors;
  private @Nullable String newest;

  LabelTranslator(CursorKey stream, LabelChecker checker, IngestMetrics metrics, Clock clock) {
    this.stream = stream;
    this.checker = checker;
    this.metrics = metrics;
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
    Batch batch = new Batch();
    for (Received next : received) {
      switch (next) {
        case Received.Bad(byte[] frame, BadDataException problem) ->
            setAside(frame, null, problem, batch);
        case Received.Message(StreamMessage message, byte[] frame)
            when message instanceof InfoMessage || message instanceof ErrorMessage ->
            order.heed(message);
        case Received.Message(StreamMessage message, byte[] frame) -> {
          if (!order.passes(message)) {
            continue;
          }
          if (message instanceof LabelsMessage labels) {
            addAll(labels, batch);
          } else {
            setAside(
                frame, null, new BadDataException("unknown-type", "not a #labels message"), batch);
          }
        }
      }
    }
    cursors.addTo(batch, order.last(), newest, order.takeGap());
    return batch;
  }

  private void addAll(LabelsMessage message, Batch batch) throws InterruptedException {
    for (Label label : message.labels()) {
      try {
        checker.check(label);
        LabelEvent event = event(message.seq(), label);
        batch.add(Topic.LABEL_LIVE, event.key(), EventCodec.encode(event));
        metrics.events("label", 1);
        newest = label.cts();
      } catch (BadDataException e) {
        setAside(label.unsigned(), label.src().value(), e, batch);
      } catch (RuntimeException e) {
        // Ours to mend; but a label that finds it must not stop the stream at every start.
        log.error("{}: a label of {} could not be checked", stream, label.src(), e);
        BadDataException internal = new BadDataException("internal", e.toString(), e);
        setAside(label.unsigned(), label.src().value(), internal, batch);
      }
    }
  }

  private LabelEvent event(long seq, Label label) {
    return new LabelEvent(
        seq,
        stream.host(),
        label.src().value(),
        label.uri(),
        label.cid(),
        label.val(),
        label.neg(),
        label.cts(),
        label.exp());
  }

  private void setAside(byte[] bytes, @Nullable String did, BadDataException why, Batch batch) {
    batch.add(
        DeadLetter.of(why.reason(), bytes).did(did).host(stream.host()).ofLabels().exception(why));
    metrics.deadLetter(why.reason());
  }

  @Override
  public Batch finish() {
    return new Batch();
  }
}
