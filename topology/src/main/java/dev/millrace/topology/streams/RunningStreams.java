package dev.millrace.topology.streams;

import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import java.util.random.RandomGenerator;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One Streams application of this process: whether it works, and how it ended. What no thread
 * caught stops all of it, loudly, unless it passes by itself. All methods may be called from any
 * thread.
 */
public final class RunningStreams {
  private static final Logger log = LoggerFactory.getLogger(RunningStreams.class);

  private final String name;
  private final KafkaStreams streams;
  private final String remedy;
  private final Passing passing = new Passing(Clock.systemUTC(), RandomGenerator.getDefault());
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
  private final CompletableFuture<Void> ended = new CompletableFuture<>();

  /**
   * Not started yet.
   *
   * @param name for people
   * @param remedy what mends it after some of its input was deleted unread
   */
  public RunningStreams(String name, KafkaStreams streams, String remedy) {
    this.name = name;
    this.streams = streams;
    this.remedy = remedy;
    streams.setUncaughtExceptionHandler(this::stopOn);
    streams.setStateListener(
        (now, before) -> {
          if (now == KafkaStreams.State.ERROR) {
            ended.completeExceptionally(failureOr(now));
          }
        });
  }

  /** The remedy of an application that can read its inputs from what is left of them. */
  public static String readingAgain(String bootstrapServers, String applicationId) {
    return ("stop it, kafka-consumer-groups --bootstrap-server %s --group %s --all-topics"
            + " --reset-offsets --to-earliest --execute, then for each relay: millrace cursors reset"
            + " repos HOST")
        .formatted(bootstrapServers, applicationId);
  }

  /** Returns once the threads run, before partitions are assigned. */
  public void start() {
    streams.start();
  }

  public KafkaStreams.State state() {
    return streams.state();
  }

  /** Whether its partitions are assigned and their stores restored. */
  public boolean ready() {
    return streams.state() == KafkaStreams.State.RUNNING;
  }

  /** Completes when it has stopped: normally if it was closed, else with what it died of. */
  public CompletionStage<Void> ended() {
    return ended.minimalCompletionStage();
  }

  /** Why it stopped by itself, if it did. */
  public Optional<Throwable> failure() {
    return Optional.ofNullable(failure.get());
  }

  /**
   * Ends transactions and leaves the group, so that others take over at once. {@link #closed} is to
   * follow.
   *
   * @return whether all that was done in time
   */
  public boolean close(Duration timeout) {
    return streams.close(
        CloseOptions.timeout(timeout)
            .withGroupMembershipOperation(CloseOptions.GroupMembershipOperation.LEAVE_GROUP));
  }

  /** What belongs to the application is closed, too. */
  public void closed() {
    ended.complete(null);
  }

  private StreamThreadExceptionResponse stopOn(Throwable e) {
    Optional<Duration> pause = passing.pause(e);
    if (pause.isPresent() && isSlept(pause.get())) {
      log.warn("the {} lost a thread, another takes its place: {}", name, e.toString());
      return StreamThreadExceptionResponse.REPLACE_THREAD;
    }
    Throwable reason = explained(e);
    failure.compareAndSet(null, reason);
    log.error(
        "the {} stops: {} (what was in hand is taken up at the next start)",
        name,
        reason.getMessage(),
        e);
    return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
  }

  /** The failed thread's own time; false if it is to end. */
  private static boolean isSlept(Duration pause) {
    try {
      Thread.sleep(pause);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Kafka's own message speaks of a missing policy; what is missing is the data. */
  private Throwable explained(Throwable e) {
    for (Throwable at = e; at != null; at = at.getCause()) {
      if (at instanceof OffsetOutOfRangeException lost) {
        return new IllegalStateException(
            ("the position of %s is below the log's start, so some of it was deleted unread. To go on"
                    + " without it: %s")
                .formatted(lost.offsetOutOfRangePartitions(), remedy),
            e);
      }
    }
    return e;
  }

  private Throwable failureOr(KafkaStreams.State state) {
    Throwable known = failure.get();
    return known != null ? known : new IllegalStateException("its state is " + state);
  }
}
