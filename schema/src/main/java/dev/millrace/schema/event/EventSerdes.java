package dev.millrace.schema.event;

import java.util.function.Function;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.Serializer;

/**
 * {@link EventCodec} as Kafka serdes. A null value stays null; bad JSON is a {@link
 * dev.millrace.atproto.BadDataException}. Stateless, safe for any thread.
 */
public final class EventSerdes {
  private EventSerdes() {}

  public static Serde<RepoEvent> repoEvents() {
    return serde(EventCodec::encode, EventCodec::decode);
  }

  public static Serde<LabelEvent> labels() {
    return serde(EventCodec::encode, EventCodec::decodeLabel);
  }

  public static Serde<RepoListing> listings() {
    return serde(EventCodec::encode, EventCodec::decodeListing);
  }

  public static Serde<RepoRequest> requests() {
    return serde(EventCodec::encode, EventCodec::decodeRequest);
  }

  public static Serde<ResolvedIdentity> identities() {
    return serde(EventCodec::encode, EventCodec::decodeIdentity);
  }

  public static Serde<CursorValue> cursors() {
    return serde(EventCodec::encode, EventCodec::decodeCursor);
  }

  // Kafka hands null for tombstones and wants null back, which its types do not say.
  @SuppressWarnings("NullAway")
  private static <T> Serde<T> serde(Function<T, byte[]> encode, Function<byte[], T> decode) {
    Serializer<T> serializer = (topic, value) -> value == null ? null : encode.apply(value);
    Deserializer<T> deserializer = (topic, bytes) -> bytes == null ? null : decode.apply(bytes);
    return Serdes.serdeFrom(serializer, deserializer);
  }
}
