package dev.millrace.schema.event;

import dev.millrace.schema.topic.Topic;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * Bad data set aside, on {@code dead_letters}: key the DID if one is known, value the raw bytes,
 * the rest in headers, all text:
 *
 * <pre>
 * reason                        a BadDataException's, or another short stable word
 * source.topic .partition .offset   where it was read, if from a topic
 * did, host                     whom it is about, who sent it
 * stream                        {@code labels}, if it is a label: then the DID is the labeler's;
 *                               {@code identities}, if it is a line of a directory's export
 * exception                     class and message
 * sha256, length                only of a value that was cut: of the whole, in hex and bytes
 * </pre>
 *
 * @param value the raw bytes; null if there are none (a fetch that failed)
 * @param wholeSha256 set on a letter read back whose value was cut
 */
@SuppressWarnings(
    "ArrayRecordComponent") // raw bytes on their way through; letters are not compared
public record DeadLetter(
    String reason,
    byte @Nullable [] value,
    @Nullable String did,
    @Nullable String host,
    @Nullable String stream,
    @Nullable Source source,
    @Nullable String exception,
    @Nullable String wholeSha256) {

  /** Where the data was read. */
  public record Source(String topic, int partition, long offset) {
    public static Source of(ConsumerRecord<?, ?> record) {
      return new Source(record.topic(), record.partition(), record.offset());
    }
  }

  /** A larger value is cut here: a whole frame of the largest legal size still fits. */
  public static final int MAX_VALUE_BYTES = 2 * 1024 * 1024;

  private static final String LABELS = "labels";

  private static final String IDENTITIES = "identities";

  private static final int MAX_HEADER_CHARS = 2_000;

  public static DeadLetter of(String reason, byte @Nullable [] value) {
    return new DeadLetter(reason, value, null, null, null, null, null, null);
  }

  public DeadLetter did(@Nullable String newDid) {
    return new DeadLetter(reason, value, newDid, host, stream, source, exception, wholeSha256);
  }

  public DeadLetter host(@Nullable String newHost) {
    return new DeadLetter(reason, value, did, newHost, stream, source, exception, wholeSha256);
  }

  /** It is a label, or what was to be labels. */
  public DeadLetter ofLabels() {
    return new DeadLetter(reason, value, did, host, LABELS, source, exception, wholeSha256);
  }

  /** It is of a directory's export. */
  public DeadLetter ofIdentities() {
    return new DeadLetter(reason, value, did, host, IDENTITIES, source, exception, wholeSha256);
  }

  public DeadLetter source(@Nullable Source newSource) {
    return new DeadLetter(reason, value, did, host, stream, newSource, exception, wholeSha256);
  }

  public DeadLetter exception(Throwable thrown) {
    return exception(thrown.getClass().getSimpleName() + ": " + thrown.getMessage());
  }

  public DeadLetter exception(@Nullable String text) {
    return new DeadLetter(reason, value, did, host, stream, source, text, wholeSha256);
  }

  /** The DID of the repo that is to be fetched if the letter is to be made good, if it is one. */
  public Optional<String> repo() {
    boolean isOfRepo = !LABELS.equals(stream) && !IDENTITIES.equals(stream);
    return isOfRepo ? Optional.ofNullable(did) : Optional.empty();
  }

  public ProducerRecord<byte[], byte @Nullable []> toRecord() {
    byte[] whole = value;
    boolean isCut = whole != null && whole.length > MAX_VALUE_BYTES;
    ProducerRecord<byte[], byte @Nullable []> letter =
        new ProducerRecord<>(
            Topic.DEAD_LETTERS.topicName(),
            did == null ? null : Topic.key(did),
            isCut && whole != null ? Arrays.copyOf(whole, MAX_VALUE_BYTES) : whole);
    Headers headers = letter.headers();
    put(headers, "reason", reason);
    if (source != null) {
      put(headers, "source.topic", source.topic());
      put(headers, "source.partition", String.valueOf(source.partition()));
      put(headers, "source.offset", String.valueOf(source.offset()));
    }
    put(headers, "did", did);
    put(headers, "host", host);
    put(headers, "stream", stream);
    put(headers, "exception", exception);
    if (isCut && whole != null) {
      put(headers, "sha256", sha256(whole));
      put(headers, "length", String.valueOf(whole.length));
    }
    return letter;
  }

  /** Reads a letter back; of a cut one the value is the beginning. */
  public static DeadLetter from(ConsumerRecord<byte[], byte[]> letter) {
    Headers headers = letter.headers();
    String topic = get(headers, "source.topic");
    String partition = get(headers, "source.partition");
    String offset = get(headers, "source.offset");
    Source source =
        topic == null || partition == null || offset == null
            ? null
            : new Source(topic, Integer.parseInt(partition), Long.parseLong(offset));
    String reason = get(headers, "reason");
    return new DeadLetter(
        reason == null ? "unknown" : reason,
        letter.value(),
        get(headers, "did"),
        get(headers, "host"),
        get(headers, "stream"),
        source,
        get(headers, "exception"),
        get(headers, "sha256"));
  }

  private static void put(Headers headers, String name, @Nullable String text) {
    if (text != null) {
      String bounded = text.substring(0, Math.min(MAX_HEADER_CHARS, text.length()));
      headers.add(name, bounded.getBytes(StandardCharsets.UTF_8));
    }
  }

  private static @Nullable String get(Headers headers, String name) {
    Header header = headers.lastHeader(name);
    return header == null ? null : new String(header.value(), StandardCharsets.UTF_8);
  }

  private static String sha256(byte[] whole) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(whole));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
