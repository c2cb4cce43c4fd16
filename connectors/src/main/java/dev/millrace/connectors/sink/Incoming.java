package dev.millrace.connectors.sink;

import dev.millrace.atproto.BadDataException;
import dev.millrace.schema.event.AccountEvent;
import dev.millrace.schema.event.EventCodec;
import dev.millrace.schema.event.LabelEvent;
import dev.millrace.schema.event.RecordEvent;
import dev.millrace.schema.event.RepoEvent;
import dev.millrace.schema.event.SnapshotEvent;
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

  /**
   * The place in the repo's live log up to which the database must hold what was said before this
   * is applied; 0 for what does not depend on it.
   */
  long livePos() {
    return content instanceof Content.OfRepo(RepoEvent event) ? livePos(event) : 0;
  }

  private static long livePos(RepoEvent event) {
    return switch (event) {
      case RecordEvent record when record.snapshot() != null -> record.snapshot().livePos();
      case SnapshotEvent snapshot -> snapshot.snapshot().livePos();
      case AccountEvent account when account.livePos() != null -> account.livePos();
      default -> 0;
    };
  }

  int bytes() {
    return Math.max(0, source.serializedValueSize());
  }
}
