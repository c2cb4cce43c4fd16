package dev.millrace.atproto.cbor;

import dev.millrace.atproto.cid.Cid;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Prints MB of DAG-CBOR a second and core, to JSON: ours and Jackson's, in turns, over records as
 * they are on the network (posts in several scripts, with facets, images and replies; likes).
 *
 * <p>{@code java -cp … dev.millrace.atproto.cbor.CborToJsonBenchmark [rounds]}
 */
final class CborToJsonBenchmark {
  private static final int RECORDS = 20_000;
  private static final String[] TEXTS = {
    "Good morning! Walked the dog along the river before work, and the mist was still on the water.",
    "「もう朝か」と思ったら夕方だった。今日は一日中コードを書いていました。",
    "it's \"fine\" \\o/\n\nsecond paragraph, see https://example.com/a/long/path?with=query 😀🎉",
    "ok",
    "Há muito tempo que não vinha aqui; está tudo tão diferente, não é? Até amanhã!"
  };

  private CborToJsonBenchmark() {}

  public static void main(String[] args) throws IOException {
    int rounds = args.length > 0 ? Integer.parseInt(args[0]) : 12;
    List<byte[]> blocks = records();
    long bytes = blocks.stream().mapToLong(block -> block.length).sum();
    System.out.printf("%d records, mean %d bytes%n", blocks.size(), bytes / blocks.size());
    CborToJson cborToJson = new CborToJson();
    long out = 0;
    for (int round = 1; round <= rounds; round++) {
      long start = System.nanoTime();
      for (byte[] block : blocks) {
        out += cborToJson.convert(block).length;
      }
      long middle = System.nanoTime();
      for (byte[] block : blocks) {
        out += JacksonTranscoder.convert(block).length;
      }
      long end = System.nanoTime();
      System.out.printf(
          "round %2d: CborToJson %4d MB/s, Jackson %4d MB/s%n",
          round, bytes * 1000 / (middle - start), bytes * 1000 / (end - middle));
    }
    System.out.printf("(%d bytes of JSON)%n", out);
  }

  private static List<byte[]> records() {
    Random random = new Random(7);
    List<byte[]> blocks = new ArrayList<>();
    for (int i = 0; i < RECORDS; i++) {
      blocks.add(DagCbor.encode(i % 3 == 0 ? like(random) : post(random)));
    }
    return blocks;
  }

  private static Map<String, Object> like(Random random) {
    return Map.of(
        "$type",
        "app.bsky.feed.like",
        "subject",
        strongRef(random),
        "createdAt",
        "2026-01-02T03:04:05.678Z");
  }

  private static Map<String, Object> post(Random random) {
    Map<String, Object> post = new java.util.HashMap<>();
    post.put("$type", "app.bsky.feed.post");
    post.put("text", TEXTS[random.nextInt(TEXTS.length)]);
    post.put("createdAt", "2026-01-02T03:04:05.678Z");
    post.put("langs", List.of("en"));
    if (random.nextInt(2) == 0) {
      post.put("reply", Map.of("root", strongRef(random), "parent", strongRef(random)));
    }
    if (random.nextInt(4) == 0) {
      post.put(
          "facets",
          List.of(
              Map.of(
                  "index",
                  Map.of("byteStart", 12L, "byteEnd", 40L),
                  "features",
                  List.of(
                      Map.of(
                          "$type",
                          "app.bsky.richtext.facet#link",
                          "uri",
                          "https://example.com/a/b")))));
    }
    if (random.nextInt(4) == 0) {
      post.put(
          "embed",
          Map.of(
              "$type",
              "app.bsky.embed.images",
              "images",
              List.of(
                  Map.of(
                      "alt",
                      "A photograph of a river in the mist, a dog in front of it.",
                      "aspectRatio",
                      Map.of("width", 2000L, "height", 1500L),
                      "image",
                      Map.of(
                          "$type",
                          "blob",
                          "ref",
                          cid(random),
                          "mimeType",
                          "image/jpeg",
                          "size",
                          812_345L)))));
    }
    return post;
  }

  private static Map<String, Object> strongRef(Random random) {
    return Map.of(
        "cid",
        cid(random).toString(),
        "uri",
        "at://did:plc:yh42v4sz2ba6au5fgtzge5bv/app.bsky.feed.post/3lbvo2knkk2ha");
  }

  private static Cid cid(Random random) {
    byte[] seed = new byte[8];
    random.nextBytes(seed);
    return Cid.raw(seed);
  }
}
