package dev.millrace.connectors.identity;

import dev.millrace.connectors.ingest.FakeHost;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import mockwebserver3.MockResponse;
import mockwebserver3.RecordedRequest;
import org.jspecify.annotations.Nullable;

/** A PLC directory's export, by time or by number; failures as a test orders them. */
final class FakeDirectory implements AutoCloseable {
  static final String KEY = "did:key:zQ3shokFTS3brHcDQrn82RUDfCZESWL1ZdCEJwekUDPQiYBme";

  private record Entry(Instant time, String line) {}

  private final FakeHost host = new FakeHost();
  private final List<Entry> log = new ArrayList<>();
  private final List<String> asked = new ArrayList<>();
  private final List<Long> askedNanos = new ArrayList<>();
  private final boolean isNumbered;
  private int mostLines = 1_000;
  private int failures;
  private MockResponse failure = new MockResponse.Builder().code(500).build();

  FakeDirectory(boolean isNumbered) {
    this.isNumbered = isNumbered;
    host.answer(this::answer);
  }

  static String did(int number) {
    StringBuilder letters = new StringBuilder();
    for (int left = number; letters.length() < 24; left /= 26) {
      letters.append((char) ('a' + left % 26));
    }
    return "did:plc:" + letters;
  }

  static String operation(String handle, String pds) {
    return """
    {"type":"plc_operation","rotationKeys":["%s"],"verificationMethods":{"atproto":"%s"},\
    "alsoKnownAs":["at://%s"],"services":{"atproto_pds":{"type":"AtprotoPersonalDataServer",\
    "endpoint":"%s"}},"prev":null,"sig":"x"}"""
        .formatted(KEY, KEY, handle, pds);
  }

  URI uri() {
    return host.host().http();
  }

  String name() {
    return host.host().name();
  }

  void add(String did, String time, String operation) {
    add(did, time, operation, false);
  }

  synchronized void add(String did, String time, String operation, boolean nullified) {
    String seq = isNumbered ? ",\"seq\":" + (log.size() + 1) : "";
    addLine(
        time,
        "{\"did\":\"%s\",\"operation\":%s,\"cid\":\"c%d\",\"nullified\":%s,\"createdAt\":\"%s\"%s}"
            .formatted(did, operation, log.size(), nullified, time, seq));
  }

  synchronized void addLine(String time, String line) {
    log.add(new Entry(Instant.parse(time), line));
  }

  /** Operations of DIDs from one number on, of one time. */
  void addAt(String time, int from, int to) {
    for (int number = from; number < to; number++) {
      add(did(number), time, operation("h" + number + ".test", "https://pds.test"));
    }
  }

  /** It gives no more lines than this, whatever it is asked for. */
  synchronized void give(int most) {
    mostLines = most;
  }

  synchronized void fail(int times, MockResponse with) {
    failures = times;
    failure = with;
  }

  /** What {@code after} was, of each request that was answered well. */
  synchronized List<String> asked() {
    return List.copyOf(asked);
  }

  /** When requests came, by the machine's clock; of all of them. */
  synchronized List<Long> askedNanos() {
    return List.copyOf(askedNanos);
  }

  private synchronized MockResponse answer(RecordedRequest request) {
    askedNanos.add(System.nanoTime());
    if (failures > 0) {
      failures--;
      return failure;
    }
    String after = request.getUrl().queryParameter("after");
    if (!isNumbered && "0".equals(after)) {
      return new MockResponse.Builder().code(400).body("{\"message\":\"no date\"}").build();
    }
    int count = Integer.parseInt(String.valueOf(request.getUrl().queryParameter("count")));
    asked.add(String.valueOf(after));
    StringBuilder body = new StringBuilder();
    after(after).stream()
        .limit(Math.min(count, mostLines))
        .forEach(entry -> body.append(entry.line()).append('\n'));
    return new MockResponse.Builder().body(body.toString()).build();
  }

  private List<Entry> after(@Nullable String after) {
    if (isNumbered && after != null) {
      return log.subList(Math.min(log.size(), Integer.parseInt(after)), log.size());
    }
    Instant time = after == null ? Instant.EPOCH : Instant.parse(after);
    return log.stream().filter(entry -> entry.time().isAfter(time)).toList();
  }

  @Override
  public void close() {
    host.close();
  }
}
