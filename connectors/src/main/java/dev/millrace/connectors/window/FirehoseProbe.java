package dev.millrace.connectors.window;

import dev.millrace.atproto.BadDataException;
import dev.millrace.atproto.retry.Backoff;
import dev.millrace.atproto.stream.AccountMessage;
import dev.millrace.atproto.stream.CommitMessage;
import dev.millrace.atproto.stream.ErrorMessage;
import dev.millrace.atproto.stream.IdentityMessage;
import dev.millrace.atproto.stream.StreamClient;
import dev.millrace.atproto.stream.StreamConnection;
import dev.millrace.atproto.stream.StreamEnd;
import dev.millrace.atproto.stream.StreamListener;
import dev.millrace.atproto.stream.StreamMessage;
import dev.millrace.atproto.stream.SyncMessage;
import dev.millrace.atproto.syntax.Datetime;
import dev.millrace.connectors.sink.sql.StoredTime;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks a relay what it has behind a cursor: connects, takes the first event with a time, and hangs
 * up. Owned by one thread.
 */
final class FirehoseProbe {
  private static final Logger log = LoggerFactory.getLogger(FirehoseProbe.class);
  private static final int MOST_TRIES = 6;
  private static final Duration FIRST_WAIT = Duration.ofMillis(250);
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(20);

  /** What a relay has behind a cursor. */
  sealed interface Answer {
    /** The first event behind it. */
    record Found(long seq, Instant time) implements Answer {}

    /** None came for a while. */
    record Quiet() implements Answer {}

    /** It has not counted so far yet. */
    record Future() implements Answer {}
  }

  private final StreamClient client;
  private final URI endpoint;
  private int count;

  FirehoseProbe(StreamClient client, URI endpoint) {
    this.client = client;
    this.endpoint = endpoint;
  }

  /** How often the relay was asked. */
  int count() {
    return count;
  }

  /**
   * Asks.
   *
   * @param cursor null for what comes from now on
   * @param quiet how long to wait for an event
   * @throws WindowException if the relay cannot be asked, after some tries
   */
  Answer after(@Nullable Long cursor, Duration quiet) throws InterruptedException {
    Backoff backoff = new Backoff(FIRST_WAIT, LONGEST_WAIT, RandomGenerator.getDefault());
    while (true) {
      count++;
      try {
        return ask(cursor, quiet);
      } catch (ExecutionException e) {
        String why = e.getCause() == null ? e.toString() : String.valueOf(e.getCause());
        Duration wait = backoff.next();
        if (backoff.failures() >= MOST_TRIES) {
          throw new WindowException(
              "%s does not say what it has behind cursor %s: %s"
                  .formatted(endpoint.getHost(), cursor, why),
              e);
        }
        log.warn("{}: {}; asked again in {} ms", endpoint.getHost(), why, wait.toMillis());
        Thread.sleep(wait);
      }
    }
  }

  private Answer ask(@Nullable Long cursor, Duration quiet)
      throws InterruptedException, ExecutionException {
    First first = new First();
    try (StreamConnection connection = client.subscribe(endpoint, cursor, first)) {
      Thread end = Thread.ofVirtual().name("probe-end").start(() -> tellEnd(connection, first));
      try {
        return first.answer.get(quiet.toMillis(), TimeUnit.MILLISECONDS);
      } catch (TimeoutException e) {
        if (!first.isConnected) {
          throw new ExecutionException("no connection within " + quiet, e);
        }
        return new Answer.Quiet();
      } finally {
        end.interrupt();
      }
    }
  }

  private static void tellEnd(StreamConnection connection, First first) {
    try {
      StreamEnd end = connection.awaitEnd();
      first.answer.completeExceptionally(new IllegalStateException(end.detail()));
    } catch (InterruptedException e) {
      // The answer is there.
      Thread.currentThread().interrupt();
    }
  }

  /** The time of a message's event, if it has one that is a time. */
  static @Nullable Instant time(StreamMessage message) {
    String text =
        switch (message) {
          case CommitMessage commit -> commit.time();
          case SyncMessage sync -> sync.time();
          case IdentityMessage identity -> identity.time();
          case AccountMessage account -> account.time();
          default -> null;
        };
    return text == null ? null : time(text);
  }

  static @Nullable Instant time(String text) {
    return Datetime.isValid(text) ? Instant.parse(StoredTime.of(text)) : null;
  }

  /** Called on the connection's reader. */
  private static final class First implements StreamListener {
    final CompletableFuture<Answer> answer = new CompletableFuture<>();
    volatile boolean isConnected;

    @Override
    public void onConnected() {
      isConnected = true;
    }

    @Override
    public void onMessage(StreamMessage message, byte[] frame) {
      Long seq = message.cursor();
      Instant time = time(message);
      if (message instanceof ErrorMessage error) {
        if (error.error().equals(ErrorMessage.FUTURE_CURSOR)) {
          answer.complete(new Answer.Future());
        } else {
          answer.completeExceptionally(
              new IllegalStateException(error.error() + ": " + error.message()));
        }
      } else if (seq != null && time != null) {
        answer.complete(new Answer.Found(seq, time));
      }
    }

    @Override
    public void onBadFrame(byte[] frame, BadDataException problem) {
      // Says nothing of where it stands; the next one does.
    }
  }
}
