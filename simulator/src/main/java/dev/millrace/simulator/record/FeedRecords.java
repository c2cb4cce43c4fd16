package dev.millrace.simulator.record;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Records of {@code app.bsky.feed}. Every {@code createdAt} is the caller's, ISO with a Z. */
public final class FeedRecords {
  private FeedRecords() {}

  /** Somebody to mention. */
  public record Person(String did, String handle) {}

  /** The post that is answered, and the first of its thread. */
  public record Reply(StrongRef root, StrongRef parent) {}

  /**
   * A post: text with facets, languages, tags and now and then an embed, a reply and a quote as
   * asked.
   */
  public static Map<String, Object> post(
      RandomGenerator random,
      String createdAt,
      @Nullable Reply reply,
      @Nullable StrongRef quote,
      @Nullable Person mention) {
    RichText text = new RichText().add(Prose.sentence(random));
    if (mention != null) {
      text.mention(mention.handle(), mention.did());
    }
    if (random.nextInt(10) == 0) {
      text.tag(Prose.word(random));
    }
    if (random.nextInt(12) == 0) {
      text.link(Embeds.uri(random));
    }
    Map<String, Object> post = record(Collections.POST, createdAt);
    post.put("text", text.text());
    if (!text.facets().isEmpty()) {
      post.put("facets", text.facets());
    }
    if (random.nextInt(5) != 0) {
      post.put("langs", List.of((Object[]) Prose.langs(random)));
    }
    if (random.nextInt(20) == 0) {
      post.put("tags", List.of(Prose.word(random), "naïve tag"));
    }
    if (random.nextInt(50) == 0) {
      post.put("labels", selfLabels("graphic-media"));
    }
    if (reply != null) {
      post.put("reply", Map.of("root", reply.root().toMap(), "parent", reply.parent().toMap()));
    }
    if (quote != null) {
      post.put(
          "embed",
          random.nextInt(4) == 0 ? Embeds.quoteWithMedia(quote, random) : Embeds.quote(quote));
    } else if (random.nextInt(3) == 0) {
      post.put("embed", Embeds.media(random));
    }
    return post;
  }

  /** A like or a repost; {@code via} is the repost through which the author saw the subject. */
  public static Map<String, Object> reaction(
      String collection, String createdAt, StrongRef subject, @Nullable StrongRef via) {
    Map<String, Object> reaction = record(collection, createdAt);
    reaction.put("subject", subject.toMap());
    if (via != null) {
      reaction.put("via", via.toMap());
    }
    return reaction;
  }

  /** Who may reply: nobody, some, or (without rules) everybody but the hidden replies. */
  public static Map<String, Object> threadgate(
      RandomGenerator random, String createdAt, String post, @Nullable String list) {
    Map<String, Object> gate = record(Collections.THREADGATE, createdAt);
    gate.put("post", post);
    List<Object> allow = new ArrayList<>();
    for (String rule : List.of("mentionRule", "followerRule", "followingRule")) {
      if (random.nextInt(3) == 0) {
        allow.add(Map.of("$type", "app.bsky.feed.threadgate#" + rule));
      }
    }
    if (list != null) {
      allow.add(Map.of("$type", "app.bsky.feed.threadgate#listRule", "list", list));
    }
    if (random.nextInt(4) != 0) {
      gate.put("allow", allow);
    }
    if (random.nextInt(4) == 0) {
      gate.put("hiddenReplies", List.of(post));
    }
    return gate;
  }

  public static Map<String, Object> postgate(
      RandomGenerator random, String createdAt, String post, @Nullable String detached) {
    Map<String, Object> gate = record(Collections.POSTGATE, createdAt);
    gate.put("post", post);
    if (random.nextBoolean()) {
      gate.put("embeddingRules", List.of(Map.of("$type", "app.bsky.feed.postgate#disableRule")));
    }
    if (detached != null) {
      gate.put("detachedEmbeddingUris", List.of(detached));
    }
    return gate;
  }

  public static Map<String, Object> generator(
      RandomGenerator random, String createdAt, String service) {
    Map<String, Object> generator = record(Collections.GENERATOR, createdAt);
    generator.put("did", service);
    generator.put("displayName", Prose.words(random, 2));
    if (random.nextBoolean()) {
      generator.put("description", Prose.sentence(random));
    }
    if (random.nextBoolean()) {
      generator.put("avatar", Embeds.blob(random, "image/png"));
    }
    generator.put("acceptsInteractions", random.nextBoolean());
    return generator;
  }

  static Map<String, Object> selfLabels(String value) {
    return Map.of(
        "$type", "com.atproto.label.defs#selfLabels", "values", List.of(Map.of("val", value)));
  }

  static Map<String, Object> record(String collection, String createdAt) {
    Map<String, Object> record = new LinkedHashMap<>();
    record.put("$type", collection);
    record.put("createdAt", createdAt);
    return record;
  }
}
