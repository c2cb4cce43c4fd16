package dev.millrace.connectors.repolist;

import dev.millrace.connectors.ingest.FakeHost;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import mockwebserver3.MockResponse;
import mockwebserver3.RecordedRequest;
import org.jspecify.annotations.Nullable;

/**
 * A relay's listRepos: cursors are text such as {@code page-20}; failures as a test orders them.
 */
final class FakeListing {
  private final List<String> dids = Collections.synchronizedList(new ArrayList<>());
  private final List<String> asked = Collections.synchronizedList(new ArrayList<>());
  private volatile int failures;
  private volatile String body = "";
  private volatile int spoilt = -1;

  FakeListing(FakeHost relay) {
    relay.answer(this::answer);
  }

  static String did(int number) {
    return "did:web:repo%05d.example".formatted(number);
  }

  void add(int from, int to) {
    for (int number = from; number < to; number++) {
      dids.add(did(number));
    }
  }

  /** The next answers: 500, or this body with 200. */
  void fail(int times, String withBody) {
    body = withBody;
    failures = times;
  }

  /** Every page that holds this repo is answered with 500; -1 for none. */
  void spoil(int number) {
    spoilt = number;
  }

  /** The cursors of the requests that were answered well. */
  List<String> asked() {
    return List.copyOf(asked);
  }

  private synchronized MockResponse answer(RecordedRequest request) {
    if (failures > 0) {
      failures--;
      return new MockResponse.Builder().code(body.isEmpty() ? 500 : 200).body(body).build();
    }
    String cursor = request.getUrl().queryParameter("cursor");
    int limit = Integer.parseInt(String.valueOf(request.getUrl().queryParameter("limit")));
    int start = start(cursor);
    if (spoilt >= start && spoilt < start + limit) {
      return new MockResponse.Builder().code(500).build();
    }
    asked.add(String.valueOf(cursor));
    return new MockResponse.Builder().body(page(start, limit)).build();
  }

  private static int start(@Nullable String cursor) {
    return cursor == null ? 0 : Integer.parseInt(cursor.substring("page-".length()));
  }

  private String page(int start, int limit) {
    int end = Math.min(dids.size(), start + limit);
    StringBuilder json = new StringBuilder("{");
    if (end - start == limit) {
      json.append("\"cursor\":\"page-").append(end).append("\",");
    }
    json.append("\"repos\":[");
    for (int i = start; i < end; i++) {
      json.append(i == start ? "" : ",")
          .append("{\"did\":\"")
          .append(dids.get(i))
          .append("\",\"head\":\"x\",\"rev\":\"3jzfcijpj2z2a\",\"active\":true}");
    }
    return json.append("]}").toString();
  }
}
