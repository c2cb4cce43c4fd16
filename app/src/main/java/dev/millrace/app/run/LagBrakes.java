package dev.millrace.app.run;

import dev.millrace.connectors.kafka.KafkaConnection;
import dev.millrace.connectors.window.Brake;
import dev.millrace.schema.topic.Topic;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Measures beside the reading how far the indexer is behind, and holds what must not add to it.
 * What cannot be measured holds, too: live ingestion never waits for a window.
 */
public final class LagBrakes implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(LagBrakes.class);
  private static final Duration LOOK = Duration.ofSeconds(1);
  private static final String LIVE = Topic.FIREHOSE_LIVE.topicName();
  private static final String BACKFILL = Topic.FIREHOSE_BACKFILL.topicName();

  private final Admin admin;
  private final Lags lags;
  private final String group;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread measuring;
  private volatile @Nullable Map<String, Long> measured;

  /** Begins to measure. */
  public LagBrakes(KafkaConnection kafka, String indexerGroup) {
    this.admin = Admin.create(kafka.admin());
    this.lags = new Lags(admin);
    this.group = indexerGroup;
    this.measuring = Thread.ofPlatform().daemon().name("lag").start(this::measure);
  }

  private void measure() {
    try {
      do {
        try {
          measured = lags.of(group, List.of(LIVE, BACKFILL));
        } catch (KafkaException e) {
          measured = null;
          log.debug("no lag", e);
        }
      } while (!closed.await(LOOK.toMillis(), TimeUnit.MILLISECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Events of firehose_backfill that the indexer has left; null if that is not known. */
  public @Nullable Long backlog() {
    Map<String, Long> known = measured;
    return known == null ? null : known.getOrDefault(BACKFILL, 0L);
  }

  /** Holds while more live events than this are before the indexer. */
  public Brake live(long most) {
    return () -> {
      Map<String, Long> known = measured;
      if (known == null) {
        return "the live lag is not known";
      }
      long lag = known.getOrDefault(LIVE, 0L);
      return lag > most ? "%,d live events are before the indexer".formatted(lag) : null;
    };
  }

  /** Holds from this many unread events of firehose_backfill on, until a fifth of them is read. */
  public Brake backlog(long high) {
    return new Brake() {
      private volatile boolean isShut;

      @Override
      public @Nullable String reason() {
        Long backlog = backlog();
        if (backlog == null) {
          return "the indexer's backlog is not known";
        }
        isShut = backlog >= high || (isShut && backlog > high - high / 5);
        return isShut ? "%,d events are before the indexer".formatted(backlog) : null;
      }
    };
  }

  @Override
  public void close() {
    closed.countDown();
    try {
      measuring.join(Duration.ofSeconds(30));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    admin.close(Duration.ofSeconds(5));
  }
}
