package dev.millrace.topology.backfiller;

import dev.millrace.atproto.BadDataException;
import dev.millrace.atproto.syntax.Did;
import dev.millrace.schema.event.DeadLetter;
import dev.millrace.schema.topic.Topic;
import dev.millrace.topology.backfiller.pending.Wish;
import dev.millrace.topology.streams.DeadLetters;
import java.util.Arrays;
import java.util.function.Function;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jspecify.annotations.Nullable;

/**
 * Reads input records into wishes; what cannot be read is set aside. Runs on the stream thread.
 *
 * <p>The key must be the DID: it chose the partition, and with it the order of everything about the
 * repo.
 */
final class ReadProcessor implements Processor<byte[], byte[], byte[], Object> {
  private final Function<byte[], Wish> read;
  private final BackfillerMetrics metrics;
  private @Nullable ProcessorContext<byte[], Object> context;

  ReadProcessor(Function<byte[], Wish> read, BackfillerMetrics metrics) {
    this.read = read;
    this.metrics = metrics;
  }

  @Override
  public void init(ProcessorContext<byte[], Object> newContext) {
    context = newContext;
  }

  @Override
  public void process(Record<byte[], byte[]> record) {
    ProcessorContext<byte[], Object> to = context;
    if (to == null) {
      throw new IllegalStateException("process before init");
    }
    byte @Nullable [] key = record.key();
    byte @Nullable [] value = record.value();
    try {
      if (value == null) {
        throw new BadDataException("event", "no value");
      }
      Wish wish = read.apply(value);
      Did.parse(wish.did());
      if (!Arrays.equals(key, Topic.key(wish.did()))) {
        throw new BadDataException("key", "the key is not " + wish.did());
      }
      to.forward(
          new Record<byte[], Object>(key, wish, record.timestamp()), BackfillTopology.FETCH_REPOS);
    } catch (BadDataException e) {
      metrics.setAside(e.reason());
      DeadLetter letter =
          DeadLetter.of(e.reason(), value)
              .source(to.recordMetadata().map(ReadProcessor::source).orElse(null))
              .exception(e);
      to.forward(DeadLetters.record(letter, record.timestamp()), BackfillTopology.SET_ASIDE);
    }
  }

  private static DeadLetter.Source source(RecordMetadata metadata) {
    return new DeadLetter.Source(metadata.topic(), metadata.partition(), metadata.offset());
  }
}
