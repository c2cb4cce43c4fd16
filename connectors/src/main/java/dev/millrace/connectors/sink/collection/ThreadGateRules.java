package dev.millrace.connectors.sink.collection;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.connectors.sink.sql.StoredText;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a record of {@code app.bsky.feed.threadgate} says: who may reply besides the author, and
 * which replies are hidden.
 *
 * @param isOpen whether everybody may, as nothing is said of it
 * @param mentioned whether those may whom the post names
 * @param followers whether those may who follow the author
 * @param followed whether those may whom the author follows
 * @param lists whose members may
 */
public record ThreadGateRules(
    boolean isOpen,
    boolean mentioned,
    boolean followers,
    boolean followed,
    Set<String> lists,
    Set<String> hiddenReplies) {
  private static final String RULE = "app.bsky.feed.threadgate#";

  /** Also of a record of another kind, which has no rules. */
  public static ThreadGateRules of(RecordSource record) {
    JsonNode gate = record.json();
    JsonNode allow = gate.path("allow");
    boolean mentioned = false;
    boolean followers = false;
    boolean followed = false;
    Set<String> lists = new TreeSet<>();
    for (JsonNode rule : allow) {
      switch (rule.path("$type").asText()) {
        case RULE + "mentionRule" -> mentioned = true;
        case RULE + "followerRule" -> followers = true;
        case RULE + "followingRule" -> followed = true;
        case RULE + "listRule" -> lists.add(StoredText.of(rule.path("list").asText()));
        default -> {
          // A rule of a later day lets nobody in.
        }
      }
    }
    Set<String> hidden = new TreeSet<>();
    gate.path("hiddenReplies").forEach(reply -> hidden.add(StoredText.of(reply.asText())));
    return new ThreadGateRules(!allow.isArray(), mentioned, followers, followed, lists, hidden);
  }
}
