package dev.millrace.connectors.sink;

import dev.millrace.atproto.BadDataException;
import dev.millrace.schema.event.AccountEvent;
import dev.millrace.schema.event.EventCodec;
import dev.millrace.schema.event.LabelEvent;
import dev.millrace.schema.event.RecordEvent;
import dev.millrace.schema.event.RepoEvent;
import dev.millrace.schema.event.ResolvedIdentity;
import dev.millrace.schema.event.SnapshotEvent;
import dev.millrace.schema.topic.Topic;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

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

    /** Null: nothing is known of the DID any more. */
    record OfIdentity(String did, @Nullable ResolvedIdentity identity) implements Content {}

    /** Not to be understood. */
    record Bad(BadDataException problem) implements Content {}
  }

  static Incoming of(Topic topic, ConsumerRecord<byte[], byte[]> source) {
    return new Incoming(topic, decode(topic, source.key(), source.value()), source);
  }

  private static Content decode(Topic topic, byte @Nullable [] key, byte @Nullable [] value) {
    if (value == null) {
      return topic == Topic.IDENTITIES && key != null
          ? new Content.OfIdentity(new String(key, StandardCharsets.UTF_8), null)
          : new Content.Bad(new BadDataException("event", "a record without value"));
    }
    try {
      return switch (topic) {
        case LABEL_LIVE -> new Content.OfLabel(EventCodec.decodeLabel(value));
        case IDENTITIES -> ofIdentity(EventCodec.decodeIdentity(value));
        default -> new Content.OfRepo(EventCodec.decode(value));
      };
    } catch (BadDataException e) {
      return new Content.Bad(e);
    }
  }

  private static Content ofIdentity(ResolvedIdentity identity) {
    return new Content.OfIdentity(identity.did(), identity);
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
