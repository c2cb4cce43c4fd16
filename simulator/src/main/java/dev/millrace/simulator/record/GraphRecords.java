package dev.millrace.simulator.record;

import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Records of {@code app.bsky.graph}. */
public final class GraphRecords {
  private GraphRecords() {}

  /** A follow, a block or a listblock: they differ in the kind of subject alone. */
  public static Map<String, Object> edge(String collection, String createdAt, String subject) {
    Map<String, Object> edge = FeedRecords.record(collection, createdAt);
    edge.put("subject", subject);
    return edge;
  }

  public static Map<String, Object> list(RandomGenerator random, String createdAt) {
    Map<String, Object> list = FeedRecords.record(Collections.LIST, createdAt);
    String purpose =
        switch (random.nextInt(3)) {
          case 0 -> "modlist";
          case 1 -> "curatelist";
          default -> "referencelist";
        };
    list.put("purpose", "app.bsky.graph.defs#" + purpose);
    list.put("name", Prose.words(random, 2));
    if (random.nextBoolean()) {
      RichText description = new RichText().add(Prose.sentence(random));
      list.put("description", description.text());
      list.put("descriptionFacets", description.tag(Prose.word(random)).facets());
      list.put("description", description.text());
    }
    if (random.nextBoolean()) {
      list.put("avatar", Embeds.blob(random, "image/jpeg"));
    }
    return list;
  }

  public static Map<String, Object> listitem(String createdAt, String list, String subject) {
    Map<String, Object> item = FeedRecords.record(Collections.LISTITEM, createdAt);
    item.put("list", list);
    item.put("subject", subject);
    return item;
  }

  public static Map<String, Object> starterpack(
      RandomGenerator random, String createdAt, String list, @Nullable String feed) {
    Map<String, Object> pack = FeedRecords.record(Collections.STARTERPACK, createdAt);
    pack.put("name", Prose.words(random, 3));
    pack.put("list", list);
    if (random.nextBoolean()) {
      pack.put("description", Prose.sentence(random));
    }
    if (feed != null) {
      pack.put("feeds", List.of(Map.of("uri", feed)));
    }
    return pack;
  }

  public static Map<String, Object> verification(
      RandomGenerator random, String createdAt, FeedRecords.Person subject) {
    Map<String, Object> verification = FeedRecords.record(Collections.VERIFICATION, createdAt);
    verification.put("subject", subject.did());
    verification.put("handle", subject.handle());
    verification.put("displayName", Prose.words(random, 2));
    return verification;
  }
}
