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
    asked.add(String.valueOf(cursor));
    int limit = Integer.parseInt(String.valueOf(request.getUrl().queryParameter("limit")));
    return new MockResponse.Builder().body(page(cursor, limit)).build();
  }

  private String page(@Nullable String cursor, int limit) {
    int start = cursor == null ? 0 : Integer.parseInt(cursor.substring("page-".length()));
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
