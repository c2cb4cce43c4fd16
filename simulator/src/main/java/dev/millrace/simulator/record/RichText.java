package dev.millrace.simulator.record;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A text that grows together with its facets, whose places are counted in bytes of UTF-8. */
final class RichText {
  private final StringBuilder text = new StringBuilder();
  private final List<Object> facets = new ArrayList<>();
  private int length;

  RichText add(String plain) {
    text.append(plain);
    length += plain.getBytes(StandardCharsets.UTF_8).length;
    return this;
  }

  RichText mention(String handle, String did) {
    return facet("@" + handle, Map.of("$type", "app.bsky.richtext.facet#mention", "did", did));
  }

  RichText link(String uri) {
    return facet(uri, Map.of("$type", "app.bsky.richtext.facet#link", "uri", uri));
  }

  RichText tag(String tag) {
    return facet("#" + tag, Map.of("$type", "app.bsky.richtext.facet#tag", "tag", tag));
  }

  private RichText facet(String shown, Map<String, Object> feature) {
    if (length > 0) {
      add(" ");
    }
    long start = length;
    add(shown);
    facets.add(
        Map.of(
            "index",
            Map.of("byteStart", start, "byteEnd", (long) length),
            "features",
            List.of(feature)));
    return this;
  }

  String text() {
    return text.toString();
  }

  List<Object> facets() {
    return facets;
  }
}
