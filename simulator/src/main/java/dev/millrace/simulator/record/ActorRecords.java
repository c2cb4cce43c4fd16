package dev.millrace.simulator.record;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Records that an account has once, under the key {@code self}, and one of no known lexicon. */
public final class ActorRecords {
  private ActorRecords() {}

  /** Some profiles have no createdAt, and some nothing at all. */
  public static Map<String, Object> profile(
      RandomGenerator random, String createdAt, @Nullable StrongRef pinned) {
    Map<String, Object> profile = bare(Collections.PROFILE);
    int kind = random.nextInt(20);
    if (kind == 0) {
      return profile;
    }
    if (kind > 3) {
      profile.put("createdAt", createdAt);
    }
    profile.put("displayName", kind == 5 ? "" : Prose.words(random, 2));
    if (random.nextBoolean()) {
      profile.put("description", Prose.sentence(random));
    }
    if (random.nextBoolean()) {
      profile.put("avatar", Embeds.blob(random, "image/jpeg"));
    }
    if (random.nextInt(4) == 0) {
      profile.put("banner", Embeds.blob(random, "image/png"));
    }
    if (random.nextInt(20) == 0) {
      profile.put("labels", FeedRecords.selfLabels("!no-unauthenticated"));
    }
    if (pinned != null) {
      profile.put("pinnedPost", pinned.toMap());
    }
    return profile;
  }

  public static Map<String, Object> status(RandomGenerator random, String createdAt) {
    Map<String, Object> status = FeedRecords.record(Collections.STATUS, createdAt);
    status.put("status", "app.bsky.actor.status#live");
    status.put("durationMinutes", 1L + random.nextInt(240));
    if (random.nextBoolean()) {
      status.put("embed", Embeds.external(random));
    }
    return status;
  }

  public static Map<String, Object> labeler(RandomGenerator random, String createdAt) {
    Map<String, Object> service = FeedRecords.record(Collections.LABELER, createdAt);
    service.put(
        "policies",
        Map.of(
            "labelValues",
            List.of("spam", "porn", "!hide", "mill-dust"),
            "labelValueDefinitions",
            List.of(
                Map.of(
                    "identifier",
                    "mill-dust",
                    "severity",
                    "inform",
                    "blurs",
                    random.nextBoolean() ? "none" : "content",
                    "locales",
                    List.of(
                        Map.of(
                            "lang",
                            "en",
                            "name",
                            "Mill dust",
                            "description",
                            Prose.words(random, 5)))))));
    return service;
  }

  public static Map<String, Object> notifications(RandomGenerator random) {
    Map<String, Object> declaration = bare(Collections.NOTIFICATIONS);
    declaration.put("allowSubscriptions", pick(random, "followers", "mutuals", "none"));
    return declaration;
  }

  public static Map<String, Object> chat(RandomGenerator random) {
    Map<String, Object> declaration = bare(Collections.CHAT);
    declaration.put("allowIncoming", pick(random, "all", "none", "following"));
    return declaration;
  }

  public static Map<String, Object> germ(RandomGenerator random) {
    byte[] key = new byte[32];
    random.nextBytes(key);
    Map<String, Object> declaration = bare(Collections.GERM);
    declaration.put("version", "1.0." + random.nextInt(10));
    declaration.put("currentKey", key);
    return declaration;
  }

  /** Every kind of value that the data model knows, at its edges. */
  public static Map<String, Object> unknown(RandomGenerator random, String createdAt) {
    Map<String, Object> note = FeedRecords.record(Collections.UNKNOWN, createdAt);
    Map<String, @Nullable Object> deep = new LinkedHashMap<>();
    deep.put("nothing", null);
    deep.put("largest", Long.MAX_VALUE);
    deep.put("smallest", Long.MIN_VALUE);
    deep.put("zero", 0L);
    deep.put("empty", List.of());
    deep.put("", "an empty key");
    note.put("flag", random.nextBoolean());
    note.put("picture", Embeds.blob(random, "image/gif"));
    note.put("deep", List.of(deep, List.of(List.of(new byte[] {0, (byte) 0xFF}))));
    note.put("text", Prose.sentence(random));
    return note;
  }

  private static String pick(RandomGenerator random, String... words) {
    return words[random.nextInt(words.length)];
  }

  private static Map<String, Object> bare(String collection) {
    Map<String, Object> record = new LinkedHashMap<>();
    record.put("$type", collection);
    return record;
  }
}
