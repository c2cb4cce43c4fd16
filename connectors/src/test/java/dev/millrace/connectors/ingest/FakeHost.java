package dev.millrace.connectors.ingest;

import dev.millrace.atproto.stream.ErrorMessage;
import dev.millrace.atproto.stream.FrameEncoder;
import dev.millrace.atproto.stream.InfoMessage;
import dev.millrace.atproto.stream.StreamMessage;
import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import okhttp3.Response;
import okhttp3.WebSocket;
import okhttp3.WebSocketListener;
import okio.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * A relay or labeler whose every frame a test decides. Keeps what it sent and gives it again to
 * whoever asks with a cursor, as the protocol has it: what is too old is announced, a cursor of the
 * future refused.
 */
public final class FakeHost implements AutoCloseable {
  private record Sent(@Nullable Long seq, @Nullable ByteString frame, @Nullable String text) {}

  private final MockWebServer server = new MockWebServer();
  private final List<Sent> log = new ArrayList<>();
  private final List<WebSocket> sockets = new ArrayList<>();
  private final List<String> cursors = new ArrayList<>();
  private Function<RecordedRequest, MockResponse> http =
      request -> new MockResponse.Builder().code(404).build();

  public FakeHost() {
    server.setDispatcher(
        new Dispatcher() {
          @Override
          public MockResponse dispatch(RecordedRequest request) {
            return request.getHeaders().get("Upgrade") == null
                ? http.apply(request)
                : subscribe(request.getUrl().queryParameter("cursor"));
          }
        });
    try {
      server.start(InetAddress.getLoopbackAddress(), 0);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  public ServiceHost host() {
    return ServiceHost.parse("http://127.0.0.1:" + server.getPort());
  }

  public void answer(Function<RecordedRequest, MockResponse> answers) {
    http = answers;
  }

  public void send(StreamMessage message) {
    sendFrame(message.cursor(), FrameEncoder.encode(message));
  }

  /** Whatever the bytes are. */
  public void sendFrame(@Nullable Long seq, byte[] frame) {
    send(new Sent(seq, ByteString.of(frame), null));
  }

  public void sendText(String text) {
    send(new Sent(null, null, text));
  }

  private synchronized void send(Sent sent) {
    log.add(sent);
    sockets.forEach(socket -> send(socket, sent));
  }

  /** Forgets all it sent up to this number. */
  public synchronized void forget(long seq) {
    log.removeIf(sent -> sent.seq() == null || sent.seq() <= seq);
  }

  /** Ends every connection. */
  public synchronized void disconnect() {
    sockets.forEach(socket -> socket.close(1001, "going away"));
    sockets.clear();
  }

  /** The cursors that subscribers asked with, "none" for none. */
  public synchronized List<String> cursors() {
    return List.copyOf(cursors);
  }

  private static void send(WebSocket socket, Sent sent) {
    if (sent.text() != null) {
      socket.send(sent.text());
    } else if (sent.frame() != null) {
      socket.send(sent.frame());
    }
  }

  private MockResponse subscribe(@Nullable String cursor) {
    return new MockResponse.Builder()
        .webSocketUpgrade(
            new WebSocketListener() {
              @Override
              public void onOpen(WebSocket socket, Response response) {
                open(socket, cursor);
              }
            })
        .build();
  }

  private synchronized void open(WebSocket socket, @Nullable String cursor) {
    cursors.add(cursor == null ? "none" : cursor);
    sockets.add(socket);
    if (cursor == null) {
      return;
    }
    long after = Long.parseLong(cursor);
    List<Long> numbers =
        log.stream().map(Sent::seq).filter(seq -> seq != null).map(Long::valueOf).toList();
    long newest = numbers.stream().mapToLong(Long::longValue).max().orElse(0);
    long oldest = numbers.stream().mapToLong(Long::longValue).min().orElse(0);
    if (after > newest) {
      socket.send(
          ByteString.of(FrameEncoder.encode(new ErrorMessage(ErrorMessage.FUTURE_CURSOR, "no"))));
      socket.close(1008, "FutureCursor");
      sockets.remove(socket);
      return;
    }
    if (after > 0 && after < oldest - 1) {
      socket.send(
          ByteString.of(
              FrameEncoder.encode(new InfoMessage(InfoMessage.OUTDATED_CURSOR, "too old"))));
    }
    boolean isPast = false;
    for (Sent sent : log) {
      isPast |= sent.seq() != null && sent.seq() > after;
      if (isPast) {
        send(socket, sent);
      }
    }
  }

  @Override
  public void close() {
    disconnect();
    server.close();
  }
}
