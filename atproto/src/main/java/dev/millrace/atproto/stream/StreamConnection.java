package dev.millrace.atproto.stream;

import dev.millrace.atproto.BadDataException;
import dev.millrace.atproto.xrpc.RateLimit;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import okhttp3.Interceptor;
import okhttp3.Response;
import okhttp3.WebSocket;
import okhttp3.WebSocketListener;
import okio.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * One subscription over one connection; when it has ended it is of no more use.
 *
 * <p>Threads: OkHttp's reader calls the listener, holding {@code listening}; a watchdog, a virtual
 * thread, ends a silent connection; any thread may {@link #close} or {@link #awaitEnd}. Whoever
 * sets {@code end} first decides why it ended, and the listener is not called after that.
 */
public final class StreamConnection implements AutoCloseable {
  private static final String EXTENSIONS = "Sec-WebSocket-Extensions";
  private static final int NORMAL_CLOSURE = 1000;

  private final StreamLimits limits;
  private final StreamListener listener;
  private final AtomicReference<@Nullable StreamEnd> end = new AtomicReference<>();
  private final CountDownLatch ended = new CountDownLatch(1);
  private final ReentrantLock listening = new ReentrantLock();
  private final AtomicReference<@Nullable WebSocket> socket = new AtomicReference<>();
  private final AtomicReference<@Nullable MeteredSocket> metered = new AtomicReference<>();
  private volatile long lastMessageNanos = System.nanoTime();
  private volatile boolean busy;

  StreamConnection(StreamLimits limits, StreamListener listener) {
    this.limits = limits;
    this.listener = listener;
  }

  /** Offers and takes no compression, and counts what comes in. */
  Interceptor meter() {
    return chain -> {
      Response response =
          chain.proceed(chain.request().newBuilder().removeHeader(EXTENSIONS).build());
      okio.Socket connection = response.socket();
      if (connection == null) {
        return response;
      }
      MeteredSocket counted = new MeteredSocket(connection, limits.maxUnfinishedBytes());
      metered.set(counted);
      return response.newBuilder().removeHeader(EXTENSIONS).socket(counted).build();
    };
  }

  WebSocketListener events() {
    return new Events();
  }

  void start(WebSocket opened) {
    socket.set(opened);
    Thread.ofVirtual().name("stream-watchdog").start(this::watch);
  }

  private void watch() {
    long silence = limits.silence().toNanos();
    long wait = silence;
    try {
      while (!ended.await(wait, TimeUnit.NANOSECONDS)) {
        long quiet = System.nanoTime() - lastMessageNanos;
        if (!busy && quiet >= silence) {
          end(StreamEnd.of(StreamEnd.Reason.SILENT, "no message for " + limits.silence()));
        }
        wait = busy ? silence : Math.max(1, silence - quiet);
      }
    } catch (InterruptedException e) {
      end(StreamEnd.thrown(StreamEnd.Reason.FAILED, e));
      Thread.currentThread().interrupt();
    }
  }

  /** Ends the connection; a call of the listener that has begun is not interrupted. */
  @Override
  public void close() {
    end(StreamEnd.of(StreamEnd.Reason.STOPPED, "closed by us"));
  }

  /** Waits until the connection has ended and the listener will not be called any more. */
  public StreamEnd awaitEnd() throws InterruptedException {
    ended.await();
    listening.lockInterruptibly();
    try {
      StreamEnd why = end.get();
      if (why == null) {
        throw new IllegalStateException("ended without a reason");
      }
      return why;
    } finally {
      listening.unlock();
    }
  }

  private boolean end(StreamEnd why) {
    if (!end.compareAndSet(null, why)) {
      return false;
    }
    ended.countDown();
    WebSocket opened = socket.get();
    if (opened != null) {
      opened.cancel();
    }
    return true;
  }

  /** Calls the listener; the reader thread is in here for as long as it blocks. */
  private void deliver(Runnable call) {
    listening.lock();
    busy = true;
    try {
      if (end.get() == null) {
        call.run();
      }
    } catch (Throwable e) {
      end(StreamEnd.thrown(StreamEnd.Reason.LISTENER, e));
    } finally {
      lastMessageNanos = System.nanoTime();
      busy = false;
      listening.unlock();
    }
  }

  private void receive(byte[] frame) {
    if (frame.length > limits.maxFrameBytes()) {
      listener.onBadFrame(
          frame, new BadDataException("too-big", "a frame of " + frame.length + " bytes"));
      return;
    }
    StreamMessage message;
    try {
      message = FrameDecoder.decode(frame);
    } catch (BadDataException e) {
      listener.onBadFrame(frame, e);
      return;
    }
    listener.onMessage(message, frame);
    if (message instanceof ErrorMessage error) {
      end(
          new StreamEnd(
              StreamEnd.Reason.ERROR_FRAME,
              error.error() + (error.message() == null ? "" : ": " + error.message()),
              error,
              null,
              null));
    }
  }

  private final class Events extends WebSocketListener {
    @Override
    public void onOpen(WebSocket opened, Response response) {
      socket.set(opened);
      deliver(listener::onConnected);
    }

    @Override
    public void onMessage(WebSocket opened, ByteString bytes) {
      messageComplete();
      deliver(() -> receive(bytes.toByteArray()));
    }

    @Override
    public void onMessage(WebSocket opened, String text) {
      messageComplete();
      deliver(
          () ->
              listener.onBadFrame(
                  text.getBytes(StandardCharsets.UTF_8),
                  new BadDataException("frame", "a text frame")));
    }

    private void messageComplete() {
      MeteredSocket counted = metered.get();
      if (counted != null) {
        counted.reset();
      }
    }

    @Override
    public void onClosing(WebSocket opened, int code, String reason) {
      opened.close(NORMAL_CLOSURE, null);
      end(
          StreamEnd.of(
              StreamEnd.Reason.CLOSED, ("closed by the host: " + code + " " + reason).strip()));
    }

    @Override
    public void onFailure(WebSocket opened, Throwable cause, @Nullable Response response) {
      if (cause instanceof UnfinishedMessageException) {
        end(StreamEnd.thrown(StreamEnd.Reason.UNFINISHED, cause));
      } else if (response != null && response.code() != 101) {
        end(
            new StreamEnd(
                StreamEnd.Reason.REFUSED,
                "answered with status " + response.code(),
                null,
                RateLimit.read(response.headers(), Instant.now()).pause(),
                cause));
      } else {
        end(StreamEnd.thrown(StreamEnd.Reason.FAILED, cause));
      }
    }
  }
}
