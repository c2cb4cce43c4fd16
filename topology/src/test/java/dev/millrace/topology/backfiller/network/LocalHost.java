package dev.millrace.topology.backfiller.network;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A PLC directory and a PDS on one port of 127.0.0.1. Thread-safe. What is asked of the PDS for a
 * DID is answered by the queued answers first, then by the repo.
 */
public final class LocalHost implements AutoCloseable {
  /** What the PDS does with one request. */
  public interface Answer {
    void to(HttpExchange exchange) throws IOException;
  }

  private static final String TOMBSTONE = "";

  private final HttpServer server;
  private final Map<String, String> documents = new ConcurrentHashMap<>();
  private final Map<String, TestRepo> repos = new ConcurrentHashMap<>();
  private final Map<String, Queue<Answer>> answers = new ConcurrentHashMap<>();
  private final Map<String, AtomicInteger> asked = new ConcurrentHashMap<>();
  private volatile @Nullable Answer always;

  public LocalHost() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 200);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::handle);
    server.start();
  }

  public URI uri() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  /** Hosts a repo and says so in its document. */
  public TestRepo host(TestRepo repo) {
    repos.put(repo.did().value(), repo);
    document(repo, uri());
    return repo;
  }

  public void document(TestRepo repo, URI pds) {
    documents.put(repo.did().value(), repo.document(pds.toString()));
  }

  /** The directory says that the DID was given up. */
  public void tombstone(TestRepo repo) {
    documents.put(repo.did().value(), TOMBSTONE);
  }

  /** The next requests for the repo are answered so, one each. */
  public void answer(TestRepo repo, Answer... next) {
    Queue<Answer> queue =
        answers.computeIfAbsent(repo.did().value(), d -> new ConcurrentLinkedQueue<>());
    queue.addAll(java.util.List.of(next));
  }

  /** Before anything else, for every request. */
  public void always(@Nullable Answer answer) {
    always = answer;
  }

  /** How often the PDS was asked for the repo. */
  public int asked(TestRepo repo) {
    return asked.getOrDefault(repo.did().value(), new AtomicInteger()).get();
  }

  public static Answer body(byte[] body) {
    return exchange -> {
      exchange.getResponseHeaders().add("content-type", "application/vnd.ipld.car");
      exchange.sendResponseHeaders(200, body.length);
      try (OutputStream out = exchange.getResponseBody()) {
        out.write(body);
      }
    };
  }

  public static Answer error(int status, String error, String... headers) {
    return exchange -> {
      for (int i = 0; i < headers.length; i += 2) {
        exchange.getResponseHeaders().add(headers[i], headers[i + 1]);
      }
      byte[] body =
          "{\"error\":\"%s\",\"message\":\"so it is\"}"
              .formatted(error)
              .getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(status, body.length);
      try (OutputStream out = exchange.getResponseBody()) {
        out.write(body);
      }
    };
  }

  @Override
  public void close() {
    server.stop(0);
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath();
      if (path.startsWith("/did:")) {
        String document = documents.get(path.substring(1));
        if (document == null) {
          error(404, "NotFound").to(exchange);
        } else if (document.equals(TOMBSTONE)) {
          error(410, "Gone").to(exchange);
        } else {
          body(document.getBytes(StandardCharsets.UTF_8)).to(exchange);
        }
        return;
      }
      repo(exchange, exchange.getRequestURI().getQuery().substring("did=".length()));
    }
  }

  private void repo(HttpExchange exchange, String did) throws IOException {
    asked.computeIfAbsent(did, d -> new AtomicInteger()).incrementAndGet();
    Answer first = always;
    if (first != null) {
      first.to(exchange);
    }
    Queue<Answer> queue = answers.get(did);
    Answer next = queue == null ? null : queue.poll();
    TestRepo repo = repos.get(did);
    if (next != null) {
      next.to(exchange);
    } else if (repo == null) {
      error(400, "RepoNotFound").to(exchange);
    } else {
      exchange.sendResponseHeaders(200, 0);
      try (OutputStream out = new java.io.BufferedOutputStream(exchange.getResponseBody(), 65536)) {
        repo.writeCar(out, repo.key());
      }
    }
  }
}
