package dev.millrace.simulator.server;

import dev.millrace.atproto.stream.ErrorMessage;
import dev.millrace.atproto.stream.FrameEncoder;
import dev.millrace.atproto.stream.InfoMessage;
import dev.millrace.simulator.event.EventLog;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.websocket.api.Callback;
import org.eclipse.jetty.websocket.api.Session;
import org.eclipse.jetty.websocket.api.StatusCode;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection to a stream: sends from a log until the connection ends. Runs on a thread of its
 * own, which alone sends; it is interrupted when the connection has ended.
 *
 * <p>A consumer is too slow when the log has forgotten what it should be sent next. One that takes
 * nothing for {@link #PATIENCE} is cut off.
 */
final class Subscription implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(Subscription.class);
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final Duration PING_EVERY = Duration.ofSeconds(15);
  private static final int BATCH = 128;

  private final Session session;
  private final EventLog log;
  private final StreamFaults faults;
  private final @Nullable Long cursor;
  private long sent;

  Subscription(Session session, EventLog log, StreamFaults faults, @Nullable Long cursor) {
    this.session = session;
    this.log = log;
    this.faults = faults;
    this.cursor = cursor;
  }

  @Override
  public void run() {
    try {
      follow();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException e) {
      LOG.debug("a consumer went away", e);
    } catch (TimeoutException e) {
      LOG.info("a consumer took nothing for {}; cutting it off", PATIENCE);
    } finally {
      session.disconnect();
    }
  }

  private void follow() throws InterruptedException, ExecutionException, TimeoutException {
    long position = start();
    while (position >= 0 && session.isOpen()) {
      List<EventLog.Entry> entries = log.read(position, BATCH);
      if (position < log.forgottenThrough()) {
        fail("ConsumerTooSlow", "Stream consumer too slow");
        return;
      }
      if (entries.isEmpty()) {
        log.await(position, PING_EVERY);
        if (log.lastSeq() <= position) {
          ping();
        }
      }
      for (EventLog.Entry entry : entries) {
        if (!send(faults.of(entry, sent))) {
          return;
        }
        sent++;
        position = entry.seq();
      }
    }
  }

  /** The number after which to send; below 0 if there is nothing to send. */
  private long start() throws InterruptedException, ExecutionException, TimeoutException {
    long last = log.lastSeq();
    if (cursor == null) {
      return last;
    }
    if (cursor > last) {
      fail("FutureCursor", "Cursor in the future.");
      return -1;
    }
    long forgotten = log.forgottenThrough();
    if (cursor < forgotten) {
      binary(
          FrameEncoder.encode(
              new InfoMessage(
                  "OutdatedCursor", "Requested cursor exceeded limit. Possibly missing events")));
      return forgotten;
    }
    return cursor;
  }

  /** False if nothing more is to be sent. */
  private boolean send(List<Wire> wires)
      throws InterruptedException, ExecutionException, TimeoutException {
    for (Wire wire : wires) {
      switch (wire) {
        case Wire.Binary(byte[] frame) -> binary(frame);
        case Wire.Text(String text) -> await(done -> session.sendText(text, done));
        case Wire.Cut() -> {
          session.disconnect();
          return false;
        }
        case Wire.Failure(String error, String message) -> {
          fail(error, message);
          return false;
        }
        case Wire.Silence() -> {
          while (session.isOpen()) {
            ping();
            TimeUnit.MILLISECONDS.sleep(200);
          }
          return false;
        }
      }
    }
    return true;
  }

  private void fail(String error, String message)
      throws InterruptedException, ExecutionException, TimeoutException {
    binary(FrameEncoder.encode(new ErrorMessage(error, message)));
    await(done -> session.close(StatusCode.NORMAL, error, done));
  }

  private void binary(byte[] frame)
      throws InterruptedException, ExecutionException, TimeoutException {
    await(done -> session.sendBinary(ByteBuffer.wrap(frame), done));
  }

  private void ping() throws InterruptedException, ExecutionException, TimeoutException {
    await(done -> session.sendPing(ByteBuffer.allocate(0), done));
  }

  private interface Sending {
    void start(Callback done);
  }

  private static void await(Sending sending)
      throws InterruptedException, ExecutionException, TimeoutException {
    CompletableFuture<Boolean> done = new CompletableFuture<>();
    sending.start(Callback.from(() -> done.complete(true), done::completeExceptionally));
    done.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
  }
}
