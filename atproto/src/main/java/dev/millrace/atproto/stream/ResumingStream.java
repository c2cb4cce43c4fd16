package dev.millrace.atproto.stream;

import dev.millrace.atproto.BadDataException;
import dev.millrace.atproto.retry.Backoff;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A stream that goes on after its connections: each new one starts at the cursor that is committed
 * by then.
 *
 * <p>Threads: {@link #run} belongs to one thread, which waits there; the listener is called on
 * readers' threads, never two at a time, except {@link Listener#onDisconnected}, which is called on
 * the thread of {@code run} when no reader is left. Any thread may {@link #stop}.
 */
public final class ResumingStream {
  /** A host that asks for more is asked again sooner. */
  private static final Duration LONGEST_RETRY_AFTER = Duration.ofHours(1);

  /** Also learns of ends. */
  public interface Listener extends StreamListener {
    /**
     * A connection ended, and another one follows. What it asks for is read from the cursor after
     * this call, so an error frame (FutureCursor) can still be answered with another cursor.
     */
    void onDisconnected(StreamEnd end, Duration retryIn);
  }

  private final StreamClient client;
  private final URI endpoint;
  private final Backoff backoff;
  private final CountDownLatch stopped = new CountDownLatch(1);
  private final AtomicReference<@Nullable StreamConnection> current = new AtomicReference<>();

  /**
   * Nothing is opened yet.
   *
   * @param backoff this stream's own; it starts again after each connection that brought a message
   */
  public ResumingStream(StreamClient client, URI endpoint, Backoff backoff) {
    this.client = client;
    this.endpoint = endpoint;
    this.backoff = backoff;
  }

  /**
   * Subscribes again and again until {@link #stop}; returns when the listener has returned too, so
   * a listener that blocks must be let go first. What the listener throws comes out here.
   *
   * @param cursor the position that is committed, or null if there is none yet; 0 is a position
   */
  public void run(Listener listener, Supplier<@Nullable Long> cursor) throws InterruptedException {
    Success success = new Success(listener);
    try {
      while (stopped.getCount() > 0) {
        StreamEnd end = connect(success, cursor.get());
        if (stopped.getCount() == 0) {
          return;
        }
        if (success.take()) {
          backoff.reset();
        }
        Duration retryIn = longer(backoff.next(), end.retryAfter());
        listener.onDisconnected(end, retryIn);
        if (stopped.await(retryIn.toMillis(), TimeUnit.MILLISECONDS)) {
          return;
        }
      }
    } finally {
      StreamConnection connection = current.getAndSet(null);
      if (connection != null) {
        connection.close();
      }
    }
  }

  private StreamEnd connect(StreamListener listener, @Nullable Long cursor)
      throws InterruptedException {
    StreamConnection connection = client.subscribe(endpoint, cursor, listener);
    current.set(connection);
    if (stopped.getCount() == 0) {
      connection.close();
    }
    StreamEnd end = connection.awaitEnd();
    if (end.reason() == StreamEnd.Reason.LISTENER) {
      throw thrownBy(end);
    }
    return end;
  }

  private static RuntimeException thrownBy(StreamEnd end) {
    return switch (end.cause()) {
      case RuntimeException exception -> exception;
      case Error error -> throw error;
      case null, default -> new IllegalStateException(end.detail(), end.cause());
    };
  }

  private static Duration longer(Duration backoff, @Nullable Duration retryAfter) {
    if (retryAfter == null || retryAfter.compareTo(backoff) <= 0) {
      return backoff;
    }
    return retryAfter.compareTo(LONGEST_RETRY_AFTER) < 0 ? retryAfter : LONGEST_RETRY_AFTER;
  }

  /** Ends {@link #run}, now or when it begins. */
  public void stop() {
    stopped.countDown();
    StreamConnection connection = current.get();
    if (connection != null) {
      connection.close();
    }
  }

  /** Notes whether a message came, of which an error frame is none. */
  private static final class Success implements StreamListener {
    private final StreamListener listener;
    private volatile boolean succeeded;

    Success(StreamListener listener) {
      this.listener = listener;
    }

    boolean take() {
      boolean was = succeeded;
      succeeded = false;
      return was;
    }

    @Override
    public void onConnected() {
      listener.onConnected();
    }

    @Override
    public void onMessage(StreamMessage message, byte[] frame) {
      listener.onMessage(message, frame);
      if (!(message instanceof ErrorMessage)) {
        succeeded = true;
      }
    }

    @Override
    public void onBadFrame(byte[] frame, BadDataException problem) {
      listener.onBadFrame(frame, problem);
    }
  }
}
