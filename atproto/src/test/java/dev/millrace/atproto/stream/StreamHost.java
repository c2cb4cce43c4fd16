package dev.millrace.atproto.stream;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import okio.BufferedSink;
import okio.ByteString;
import okio.Okio;
import org.jspecify.annotations.Nullable;

/**
 * A host on a local port that upgrades each request and then follows the next script, frame by
 * frame as RFC 6455 lays them out, legal or not. Scripts run on the server's threads.
 */
final class StreamHost implements AutoCloseable {
  private static final String RFC_6455_GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

  /** What a host sends after the upgrade; when it returns, the connection is closed. */
  interface Script {
    void run(Wire wire) throws IOException, InterruptedException;
  }

  private final MockWebServer server = new MockWebServer();
  private final BlockingQueue<MockResponse> refusals = new LinkedBlockingQueue<>();
  private final BlockingQueue<Script> scripts = new LinkedBlockingQueue<>();
  private final BlockingQueue<Throwable> failures = new LinkedBlockingQueue<>();
  private String extension = "";

  StreamHost() throws IOException {
    server.setDispatcher(
        new Dispatcher() {
          @Override
          public MockResponse dispatch(RecordedRequest request) throws InterruptedException {
            MockResponse refusal = refusals.poll();
            return refusal == null ? upgrade(request) : refusal;
          }
        });
    server.start(InetAddress.getLoopbackAddress(), 0);
  }

  private MockResponse upgrade(RecordedRequest request) throws InterruptedException {
    String key = request.getHeaders().get("Sec-WebSocket-Key");
    Script script = scripts.poll(10, TimeUnit.SECONDS);
    if (script == null) {
      return new MockResponse.Builder().code(503).build();
    }
    MockResponse.Builder response =
        new MockResponse.Builder()
            .code(101)
            .clearHeaders()
            .addHeader("Connection", "Upgrade")
            .addHeader("Upgrade", "websocket")
            .addHeader(
                "Sec-WebSocket-Accept", ByteString.encodeUtf8(key + RFC_6455_GUID).sha1().base64());
    if (!extension.isEmpty()) {
      response.addHeader("Sec-WebSocket-Extensions", extension);
    }
    return response.socketHandler(socket -> follow(script, socket)).build();
  }

  private void follow(Script script, okio.Socket socket) {
    CountDownLatch hungUp = new CountDownLatch(1);
    Thread.ofVirtual().start(() -> drain(socket, hungUp));
    try (BufferedSink out = Okio.buffer(socket.getSink())) {
      script.run(new Wire(out, hungUp));
    } catch (IOException e) {
      failures.add(e); // the client hung up, which tests may wait for
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Reads pongs and the like: closing with them unread would take back what was sent. */
  private void drain(okio.Socket socket, CountDownLatch hungUp) {
    try {
      Okio.buffer(socket.getSource()).readAll(Okio.blackhole());
    } catch (IOException e) {
      failures.add(e); // either side broke the connection off
    } finally {
      hungUp.countDown();
    }
  }

  /** Follows these, one a connection. */
  StreamHost then(Script... more) {
    scripts.addAll(java.util.List.of(more));
    return this;
  }

  StreamHost refuse(MockResponse response) {
    refusals.add(response);
    return this;
  }

  /** Claims an extension that nobody offered. */
  StreamHost claimExtension(String value) {
    extension = value;
    return this;
  }

  URI endpoint() {
    return URI.create(
        "ws://127.0.0.1:" + server.getPort() + "/xrpc/com.atproto.sync.subscribeRepos");
  }

  /** The next request's path and query. */
  @Nullable String takeTarget() throws InterruptedException {
    RecordedRequest request = takeRequest();
    return request == null ? null : request.getTarget();
  }

  @Nullable RecordedRequest takeRequest() throws InterruptedException {
    return server.takeRequest(10, TimeUnit.SECONDS);
  }

  /** What broke a connection, such as the client hanging up while a script wrote. */
  @Nullable Throwable takeFailure() throws InterruptedException {
    return failures.poll(10, TimeUnit.SECONDS);
  }

  @Override
  public void close() {
    server.close();
  }

  /** The server's end of a WebSocket. */
  static final class Wire {
    private static final int TEXT = 1;
    private static final int BINARY = 2;
    private static final int CLOSE = 8;
    private static final int PING = 9;

    private final BufferedSink out;

    private final CountDownLatch hungUp;

    Wire(BufferedSink out, CountDownLatch hungUp) {
      this.out = out;
      this.hungUp = hungUp;
    }

    void send(StreamMessage message) throws IOException {
      binary(FrameEncoder.encode(message));
    }

    void binary(byte[] payload) throws IOException {
      frame(0x80 | BINARY, payload);
    }

    void text(String payload) throws IOException {
      frame(0x80 | TEXT, payload.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    void ping() throws IOException {
      frame(0x80 | PING, new byte[0]);
    }

    /** Says goodbye and waits until the client has hung up. */
    void closing(int code) throws IOException, InterruptedException {
      frame(0x80 | CLOSE, new byte[] {(byte) (code >>> 8), (byte) code});
      if (!hungUp.await(10, TimeUnit.SECONDS)) {
        throw new IOException("the client does not hang up");
      }
    }

    /** A first fragment; more must follow. */
    void fragment(byte[] payload) throws IOException {
      frame(BINARY, payload);
    }

    /** Announces a binary message, of which the caller writes what it likes with {@link #raw}. */
    void announce(long length) throws IOException {
      out.writeByte(0x80 | BINARY).writeByte(127).writeLong(length).flush();
    }

    void raw(byte[] bytes) throws IOException {
      out.write(bytes).flush();
    }

    void frame(int initialByte, byte[] payload) throws IOException {
      out.writeByte(initialByte);
      if (payload.length < 126) {
        out.writeByte(payload.length);
      } else if (payload.length < 0x10000) {
        out.writeByte(126).writeShort(payload.length);
      } else {
        out.writeByte(127).writeLong(payload.length);
      }
      out.write(payload).flush();
    }
  }
}
