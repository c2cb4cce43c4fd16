package dev.millrace.simulator.record;

import dev.millrace.atproto.cid.Cid;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/** What is attached to a post. A blob's CID is real; its bytes are nowhere. */
final class Embeds {
  private Embeds() {}

  static Map<String, Object> blob(RandomGenerator random, String mimeType) {
    byte[] content = new byte[16];
    random.nextBytes(content);
    return Map.of(
        "$type",
        "blob",
        "ref",
        Cid.raw(content),
        "mimeType",
        mimeType,
        "size",
        1_000L + random.nextInt(900_000));
  }

  private static Map<String, Object> aspectRatio(RandomGenerator random) {
    return Map.of("width", 100L + random.nextInt(4000), "height", 100L + random.nextInt(4000));
  }

  /** One of the kinds that are no quote. */
  static Map<String, Object> media(RandomGenerator random) {
    return switch (random.nextInt(10)) {
      case 0, 1, 2, 3, 4 -> images(random);
      case 5 -> gallery(random);
      case 6 -> video(random);
      default -> external(random);
    };
  }

  static Map<String, Object> images(RandomGenerator random) {
    List<Object> images = new ArrayList<>();
    for (int left = 1 + random.nextInt(4); left > 0; left--) {
      Map<String, Object> image = new LinkedHashMap<>();
      image.put("image", blob(random, random.nextBoolean() ? "image/jpeg" : "image/png"));
      image.put("alt", random.nextBoolean() ? "" : Prose.sentence(random));
      if (random.nextBoolean()) {
        image.put("aspectRatio", aspectRatio(random));
      }
      images.add(image);
    }
    return Map.of("$type", "app.bsky.embed.images", "images", images);
  }

  static Map<String, Object> gallery(RandomGenerator random) {
    List<Object> items = new ArrayList<>();
    for (int left = 2 + random.nextInt(8); left > 0; left--) {
      items.add(
          Map.of(
              "$type",
              "app.bsky.embed.gallery#image",
              "image",
              blob(random, "image/webp"),
              "alt",
              Prose.sentence(random),
              "aspectRatio",
              aspectRatio(random)));
    }
    return Map.of("$type", "app.bsky.embed.gallery", "items", items);
  }

  static Map<String, Object> video(RandomGenerator random) {
    Map<String, Object> video = new LinkedHashMap<>();
    video.put("$type", "app.bsky.embed.video");
    video.put("video", blob(random, "video/mp4"));
    if (random.nextBoolean()) {
      video.put("alt", Prose.sentence(random));
    }
    return video;
  }

  static Map<String, Object> external(RandomGenerator random) {
    Map<String, Object> external = new LinkedHashMap<>();
    external.put("uri", uri(random));
    external.put("title", Prose.words(random, 4));
    external.put("description", Prose.sentence(random));
    if (random.nextBoolean()) {
      external.put("thumb", blob(random, "image/jpeg"));
    }
    return Map.of("$type", "app.bsky.embed.external", "external", external);
  }

  static Map<String, Object> quote(StrongRef subject) {
    return Map.of("$type", "app.bsky.embed.record", "record", subject.toMap());
  }

  static Map<String, Object> quoteWithMedia(StrongRef subject, RandomGenerator random) {
    return Map.of(
        "$type",
        "app.bsky.embed.recordWithMedia",
        "record",
        quote(subject),
        "media",
        media(random));
  }

  static String uri(RandomGenerator random) {
    return "https://" + Prose.word(random) + ".example.com/" + random.nextInt(100_000) + "?a=b&c=d";
  }
}
