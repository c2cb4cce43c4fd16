package dev.millrace.connectors.sink;

import java.util.Arrays;
import java.util.stream.Collectors;

/** Records about posts: those of {@link Records}, in the words of threads and gates. */
final class Posts {
  static final String THREAD_GATE = "app.bsky.feed.threadgate";
  static final String POST_GATE = "app.bsky.feed.postgate";
  static final String LIST = "app.bsky.graph.list";
  static final String LIST_ITEM = "app.bsky.graph.listitem";
  static final String SORT_AT = "2026-01-01T00:00:00.000Z";

  private Posts() {}

  static String post(String... mentioned) {
    return Records.of(Events.POST, "\"text\":\"hello\"" + facets(mentioned));
  }

  static String reply(String root, String parent, String... mentioned) {
    return Records.of(
        Events.POST,
        "\"text\":\"re\",\"reply\":{\"root\":%s,\"parent\":%s}%s"
            .formatted(Records.ref(root), Records.ref(parent), facets(mentioned)));
  }

  static String quote(String subject) {
    return Records.quoting(subject);
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
    return Records.of(
        THREAD_GATE,
        "\"post\":\"%s\",\"allow\":[%s],\"hiddenReplies\":[%s]".formatted(post, allow, hides));
  }

  static String hiding(String post, String hidden) {
    return Records.of(
        THREAD_GATE, "\"post\":\"%s\",\"hiddenReplies\":[\"%s\"]".formatted(post, hidden));
  }

  static String closedPostGate(String post) {
    return Records.of(
        POST_GATE,
        "\"post\":\"%s\",\"embeddingRules\":[{\"$type\":\"%s#disableRule\"}]"
            .formatted(post, POST_GATE));
  }

  static String list() {
    return Records.of(LIST, "\"name\":\"friends\",\"purpose\":\"app.bsky.graph.defs#curatelist\"");
  }

  static String listItem(String list, String subject) {
    return Records.item(subject, list);
  }

  static String like(String subject) {
    return Records.onRecord(Events.LIKE, subject);
  }

  static String repost(String subject, String via) {
    return Records.of(
        Events.REPOST,
        "\"subject\":%s,\"via\":%s".formatted(Records.ref(subject), Records.ref(via)));
  }

  static String follow(String subject) {
    return Records.onSubject(Events.FOLLOW, subject);
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
