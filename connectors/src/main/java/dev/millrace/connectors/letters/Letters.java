package dev.millrace.connectors.letters;

import dev.millrace.connectors.kafka.KafkaConnection;
import dev.millrace.connectors.kafka.WholeTopic;
import dev.millrace.schema.event.DeadLetter;
import dev.millrace.schema.event.LetterMark;
import dev.millrace.schema.event.LetterMark.Settled;
import dev.millrace.schema.topic.Topic;
import java.time.Clock;
import java.time.Instant;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * The letters of {@code dead_letters}. The topic is only ever appended to: what is settled is
 * marked so, and goes with the topic's retention. One thread, one command.
 */
public final class Letters {
  private final KafkaConnection kafka;
  private final Clock clock;

  public Letters(KafkaConnection kafka, Clock clock) {
    this.kafka = kafka;
    this.clock = clock;
  }

  /** Those that are meant and not settled; of a partition the oldest first. */
  public void read(LetterFilter filter, Consumer<OpenLetter> reader) {
    Map<Integer, Marks> marks = marks();
    WholeTopic.read(
        kafka,
        Topic.DEAD_LETTERS,
        record -> {
          Marks settled = marks.get(record.partition());
          if (LetterMark.from(record).isPresent()
              || (settled != null && settled.contains(record.offset()))) {
            return;
          }
          OpenLetter open =
              new OpenLetter(
                  new LetterId(record.partition(), record.offset()),
                  Instant.ofEpochMilli(record.timestamp()),
                  DeadLetter.from(record));
          if (filter.isMeant(open)) {
            reader.accept(open);
          }
        });
  }

  /** The offsets that marks of a partition name, as distances from the first of them. */
  private static final class Marks {
    private final long first;
    private final BitSet settled = new BitSet();

    Marks(long first) {
      this.first = first;
    }

    void add(long offset) {
      // What lies before the topic's beginning is gone with its letter.
      if (offset >= first) {
        settled.set(Math.toIntExact(offset - first));
      }
    }

    boolean contains(long offset) {
      return settled.get(Math.toIntExact(offset - first));
    }
  }

  private Map<Integer, Marks> marks() {
    Map<Integer, Marks> marks = new HashMap<>();
    WholeTopic.read(
        kafka,
        Topic.DEAD_LETTERS,
        record -> {
          Marks ofPartition =
              marks.computeIfAbsent(record.partition(), p -> new Marks(record.offset()));
          LetterMark.from(record).ifPresent(mark -> ofPartition.add(mark.offset()));
        });
    return marks;
  }

  /**
   * What became of letters that are to be retried.
   *
   * @param letters that were settled
   * @param repos that were asked for
   * @param left that are about no repo, and stay
   */
  public record Retried(long letters, long repos, long left) {}

  /**
   * Asks again for the repos that letters are about, each once, and settles the letters with it.
   *
   * @throws org.apache.kafka.common.KafkaException if the cluster does not answer; what was not
   *     settled is still there
   */
  public Retried retry(LetterFilter filter) {
    Settling settling = new Settling(kafka, clock, Settled.RETRIED);
    AtomicLong left = new AtomicLong();
    read(
        filter,
        open ->
            open.letter()
                .repo()
                .ifPresentOrElse(
                    did -> {
                      settling.ask(did);
                      settling.settle(open.id());
                    },
                    left::incrementAndGet));
    settling.write();
    return new Retried(settling.letters(), settling.repos(), left.get());
  }

  /** Settles letters without more; returns how many. */
  public long drop(LetterFilter filter) {
    Settling settling = new Settling(kafka, clock, Settled.DROPPED);
    read(filter, open -> settling.settle(open.id()));
    settling.write();
    return settling.letters();
  }
}
