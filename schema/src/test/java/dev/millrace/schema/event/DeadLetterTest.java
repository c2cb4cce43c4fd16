package dev.millrace.schema.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

class DeadLetterTest {
  @Test
  void shouldCarryTheRawValueAndWhereItCameFrom() {
    byte[] raw = {0, (byte) 0xff, 1};
    DeadLetter letter =
        DeadLetter.of("frame", raw)
            .did("did:web:a")
            .host("relay.example")
            .source(new DeadLetter.Source("firehose_live", 3, 42))
            .exception(new IllegalStateException("odd"));
    ProducerRecord<byte[], byte[]> record = letter.toRecord();
    assertThat(record.topic()).isEqualTo("dead_letters");
    assertThat(record.key()).isEqualTo("did:web:a".getBytes(StandardCharsets.UTF_8));
    DeadLetter read = DeadLetter.from(consumed(record));
    assertThat(read).usingRecursiveComparison().isEqualTo(letter);
    assertThat(read.exception()).isEqualTo("IllegalStateException: odd");
  }

  @Test
  void shouldCutALargeValueAndKeepTheHashOfTheWhole() {
    byte[] whole = new byte[DeadLetter.MAX_VALUE_BYTES + 1];
    Arrays.fill(whole, (byte) 'a');
    ProducerRecord<byte[], byte[]> record = DeadLetter.of("too-big", whole).toRecord();
    assertThat(record.value()).hasSize(DeadLetter.MAX_VALUE_BYTES);
    assertThat(record.key()).isNull();
    assertThat(new String(record.headers().lastHeader("length").value(), StandardCharsets.UTF_8))
        .isEqualTo(String.valueOf(DeadLetter.MAX_VALUE_BYTES + 1));
    assertThat(DeadLetter.from(consumed(record)).wholeSha256()).matches("[0-9a-f]{64}");
  }

  @Test
  void shouldKeepALongMessageShort() {
    DeadLetter letter = DeadLetter.of("fetch", null).exception("x".repeat(100_000));
    byte[] header = letter.toRecord().headers().lastHeader("exception").value();
    assertThat(header).hasSize(2_000);
  }

  private static ConsumerRecord<byte[], byte[]> consumed(ProducerRecord<byte[], byte[]> record) {
    return new ConsumerRecord<>(
        record.topic(),
        0,
        0,
        0,
        TimestampType.LOG_APPEND_TIME,
        0,
        0,
        record.key(),
        record.value(),
        record.headers(),
        Optional.empty());
  }
}
