package dev.millrace.schema.event;

import dev.millrace.schema.topic.Topic;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * Settles a {@link DeadLetter}: on {@code dead_letters} in the letter's own partition, behind it,
 * without key and value; headers {@code settled} ({@code retried} or {@code dropped}) and {@code
 * settled.offset}, the letter's.
 */
public record LetterMark(Settled settled, long offset) {
  /** What became of a letter. */
  public enum Settled {
    /** What it is about was asked for again. */
    RETRIED("retried"),
    /** Nobody wants it. */
    DROPPED("dropped");

    private final String word;

    Settled(String word) {
      this.word = word;
    }

    public String word() {
      return word;
    }
  }

  private static final String SETTLED = "settled";
  private static final String OFFSET = "settled.offset";

  public ProducerRecord<byte[], byte @Nullable []> toRecord(int partition) {
    ProducerRecord<byte[], byte @Nullable []> mark =
        new ProducerRecord<>(Topic.DEAD_LETTERS.topicName(), partition, null, null);
    mark.headers()
        .add(SETTLED, settled.word().getBytes(StandardCharsets.UTF_8))
        .add(OFFSET, String.valueOf(offset).getBytes(StandardCharsets.UTF_8));
    return mark;
  }

  /** The mark that a record of {@code dead_letters} is; empty if it is a letter. */
  public static Optional<LetterMark> from(ConsumerRecord<byte[], byte[]> record) {
    Header word = record.headers().lastHeader(SETTLED);
    Header offset = record.headers().lastHeader(OFFSET);
    return word == null || offset == null
        ? Optional.empty()
        : Arrays.stream(Settled.values())
            .filter(settled -> settled.word().equals(text(word)))
            .findAny()
            .map(settled -> new LetterMark(settled, Long.parseLong(text(offset))));
  }

  private static String text(Header header) {
    return new String(header.value(), StandardCharsets.UTF_8);
  }
}
