package dev.millrace.simulator;

import dev.millrace.atproto.BadDataException;
import dev.millrace.atproto.stream.ErrorMessage;
import dev.millrace.atproto.stream.StreamClient;
import dev.millrace.atproto.stream.StreamConnection;
import dev.millrace.atproto.stream.StreamLimits;
import dev.millrace.atproto.stream.StreamListener;
import dev.millrace.atproto.stream.StreamMessage;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;

/** Reads a stream into memory. The connection's thread writes, the test reads. */
final class Consumer implements StreamListener, AutoCloseable {
  private static final StreamClient CLIENT =
      new StreamClient(new OkHttpClient(), StreamLimits.DEFAULT.withSilence(Duration.ofSeconds(2)));

  final List<StreamMessage> messages = new CopyOnWriteArrayList<>();
  final List<String> problems = new CopyOnWriteArrayList<>();
  private final StreamConnection connection;

  private Consumer(URI host, String nsid, @Nullable Long cursor) {
    connection = CLIENT.subscribe(host.resolve("/xrpc/" + nsid), cursor, this);
  }

  static Consumer repos(URI host, @Nullable Long cursor) {
    return new Consumer(host, "com.atproto.sync.subscribeRepos", cursor);
  }

  static Consumer labels(URI host, @Nullable Long cursor) {
    return new Consumer(host, "com.atproto.label.subscribeLabels", cursor);
  }

  StreamConnection connection() {
    return connection;
  }

  /** Waits for the end, which must be an error frame; the word in it. */
  String errorAtEnd() throws InterruptedException {
    ErrorMessage error = connection.awaitEnd().error();
    if (error == null) {
      throw new AssertionError("the connection ended without an error frame");
    }
    return error.error();
  }

  /** The newest number that came, or 0. */
  long cursor() {
    for (StreamMessage message : messages.reversed()) {
      Long cursor = message.cursor();
      if (cursor != null) {
        return cursor;
      }
    }
    return 0;
  }

  @Override
  public void onMessage(StreamMessage message, byte[] frame) {
    messages.add(message);
  }

  @Override
  public void onBadFrame(byte[] frame, BadDataException problem) {
    problems.add(problem.reason());
  }

  @Override
  public void close() {
    connection.close();
  }
}
