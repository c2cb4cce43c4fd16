package dev.millrace.connectors.sink;

import java.util.Arrays;
import java.util.stream.Collectors;

/** Records about posts as JSON, valid by their lexicons; all of one moment. */
final class Posts {
  static final String CID = "bafyreiclp443lavogvhj3d2ob2cxbfuscni2k5jk7bebjzg7khl3esabwq";
  static final String THREAD_GATE = "app.bsky.feed.threadgate";
  static final String POST_GATE = "app.bsky.feed.postgate";
  static final String LIST = "app.bsky.graph.list";
  static final String LIST_ITEM = "app.bsky.graph.listitem";
  static final String SORT_AT = "2026-01-01T00:00:00.000Z";

  private static final String WHEN = "\"createdAt\":\"2026-01-01T00:00:00Z\"";

  private Posts() {}

  static String post(String... mentioned) {
    return "{\"$type\":\"app.bsky.feed.post\",\"text\":\"hello\"%s,%s}"
        .formatted(facets(mentioned), WHEN);
  }

  static String reply(String root, String parent, String... mentioned) {
    return "{\"$type\":\"app.bsky.feed.post\",\"text\":\"re\",\"reply\":{\"root\":%s,\"parent\":%s}%s,%s}"
        .formatted(ref(root), ref(parent), facets(mentioned), WHEN);
  }

  static String quote(String subject) {
    return "{\"$type\":\"app.bsky.feed.post\",\"text\":\"look\",\"embed\":{\"$type\":\"app.bsky.embed.record\",\"record\":%s},%s}"
        .formatted(ref(subject), WHEN);
  }

  /** Who may reply: names of the lexicon's rules, or the URI of a list; nobody if there is none. */
  static String threadGate(String post, String hidden, String... rules) {
    String allow =
        Arrays.stream(rules)
            .map(
                rule ->
                    rule.startsWith("at:")
                        ? "{\"$type\":\"app.bsky.feed.threadgate#listRule\",\"list\":\""
                            + rule
                            + "\"}"
                        : "{\"$type\":\"app.bsky.feed.threadgate#" + rule + "\"}")
            .collect(Collectors.joining(","));
    String hides = hidden.isEmpty() ? "" : "\"" + hidden + "\"";
    return "{\"$type\":\"%s\",\"post\":\"%s\",\"allow\":[%s],\"hiddenReplies\":[%s],%s}"
        .formatted(THREAD_GATE, post, allow, hides, WHEN);
  }

  static String hiding(String post, String hidden) {
    return "{\"$type\":\"%s\",\"post\":\"%s\",\"hiddenReplies\":[\"%s\"],%s}"
        .formatted(THREAD_GATE, post, hidden, WHEN);
  }

  static String closedPostGate(String post) {
    return "{\"$type\":\"%s\",\"post\":\"%s\",\"embeddingRules\":[{\"$type\":\"%s#disableRule\"}],%s}"
        .formatted(POST_GATE, post, POST_GATE, WHEN);
  }

  static String list() {
    return "{\"$type\":\"%s\",\"name\":\"friends\",\"purpose\":\"app.bsky.graph.defs#curatelist\",%s}"
        .formatted(LIST, WHEN);
  }

  static String listItem(String list, String subject) {
    return "{\"$type\":\"%s\",\"list\":\"%s\",\"subject\":\"%s\",%s}"
        .formatted(LIST_ITEM, list, subject, WHEN);
  }

  static String like(String subject) {
    return "{\"$type\":\"app.bsky.feed.like\",\"subject\":%s,%s}".formatted(ref(subject), WHEN);
  }

  static String repost(String subject, String via) {
    return "{\"$type\":\"app.bsky.feed.repost\",\"subject\":%s,\"via\":%s,%s}"
        .formatted(ref(subject), ref(via), WHEN);
  }

  static String follow(String subject) {
    return "{\"$type\":\"app.bsky.graph.follow\",\"subject\":\"%s\",%s}".formatted(subject, WHEN);
  }

  private static String ref(String uri) {
    return "{\"uri\":\"%s\",\"cid\":\"%s\"}".formatted(uri, CID);
  }

  private static String facets(String... dids) {
    return dids.length == 0
        ? ""
        : Arrays.stream(dids)
            .map(
                did ->
                    "{\"$type\":\"app.bsky.richtext.facet#mention\",\"did\":\"%s\"}".formatted(did))
            .collect(
                Collectors.joining(
                    ",",
                    ",\"facets\":[{\"index\":{\"byteStart\":0,\"byteEnd\":2},\"features\":[",
                    "]}]"));
  }
}
