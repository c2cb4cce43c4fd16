package dev.millrace.connectors.sink;

import dev.millrace.atproto.BadDataException;
import dev.millrace.schema.event.EventCodec;
import dev.millrace.schema.event.LabelEvent;
import dev.millrace.schema.event.RepoEvent;
import dev.millrace.schema.topic.Topic;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * One record of a topic on its way into the database, decoded.
 *
 * @param content what it says
 * @param source the record as it was read, for a dead letter
 */
record Incoming(Topic topic, Content content, ConsumerRecord<byte[], byte[]> source) {

  /** What a record says. */
  sealed interface Content {
    record OfRepo(RepoEvent event) implements Content {}

    record OfLabel(LabelEvent event) implements Content {}

    /** Not to be understood. */
    record Bad(BadDataException problem) implements Content {}
  }

  static Incoming of(Topic topic, ConsumerRecord<byte[], byte[]> source) {
    return new Incoming(topic, decode(topic, source.value()), source);
  }

  private static Content decode(Topic topic, byte[] value) {
    if (value == null) {
      return new Content.Bad(new BadDataException("event", "a record without value"));
    }
    try {
      return topic == Topic.LABEL_LIVE
          ? new Content.OfLabel(EventCodec.decodeLabel(value))
          : new Content.OfRepo(EventCodec.decode(value));
    } catch (BadDataException e) {
      return new Content.Bad(e);
    }
  }

  long offset() {
    return source.offset();
  }

  int bytes() {
    return Math.max(0, source.serializedValueSize());
  }
}
