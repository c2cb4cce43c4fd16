package dev.millrace.simulator;

import dev.millrace.atproto.BadDataException;
import dev.millrace.atproto.stream.StreamClient;
import dev.millrace.atproto.stream.StreamConnection;
import dev.millrace.atproto.stream.StreamLimits;
import dev.millrace.atproto.stream.StreamListener;
import dev.millrace.atproto.stream.StreamMessage;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import okhttp3.OkHttpClient;

/** Stops at its first frame until it is let go. */
final class SlowConsumer implements StreamListener, AutoCloseable {
  private final CountDownLatch go;
  private final AtomicInteger frames = new AtomicInteger();
  private final StreamConnection connection;

  SlowConsumer(URI host, CountDownLatch go) {
    this.go = go;
    this.connection =
        new StreamClient(
                new OkHttpClient(), StreamLimits.DEFAULT.withSilence(Duration.ofSeconds(60)))
            .subscribe(host.resolve("/xrpc/com.atproto.sync.subscribeRepos"), 0L, this);
  }

  int frames() {
    return frames.get();
  }

  StreamConnection connection() {
    return connection;
  }

  @Override
  public void onMessage(StreamMessage message, byte[] frame) {
    frames.incrementAndGet();
    try {
      if (!go.await(60, TimeUnit.SECONDS)) {
        throw new IllegalStateException("never let go");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void onBadFrame(byte[] frame, BadDataException problem) {
    throw problem;
  }

  @Override
  public void close() {
    connection.close();
  }
}
