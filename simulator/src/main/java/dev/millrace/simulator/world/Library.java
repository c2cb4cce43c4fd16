package dev.millrace.simulator.world;

import dev.millrace.simulator.record.StrongRef;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * What there is to be liked, answered and listed: the newest of each, and of the posts some old
 * ones that stay popular. What was deleted since may be among it, as in life.
 */
final class Library {
  private static final int RECENT = 8_192;
  private static final int CLASSICS = 256;

  private final Shelf<Post> posts = new Shelf<>(RECENT);
  private final Shelf<Post> classics = new Shelf<>(CLASSICS);
  private final Shelf<StrongRef> reposts = new Shelf<>(1_024);
  private final Shelf<String> lists = new Shelf<>(1_024);
  private final Shelf<String> generators = new Shelf<>(256);
  private long postCount;

  /** A post and the first post of its thread. */
  record Post(StrongRef ref, StrongRef root, int author) {}

  void post(Post post) {
    posts.add(post);
    if (postCount++ % 50 == 0) {
      classics.add(post);
    }
  }

  @Nullable Post anyPost(RandomGenerator random) {
    return random.nextInt(4) == 0 ? classics.any(random) : posts.recent(random);
  }

  void repost(StrongRef repost) {
    reposts.add(repost);
  }

  @Nullable StrongRef anyRepost(RandomGenerator random) {
    return reposts.any(random);
  }

  void list(String uri) {
    lists.add(uri);
  }

  @Nullable String anyList(RandomGenerator random) {
    return lists.any(random);
  }

  void generator(String uri) {
    generators.add(uri);
  }

  @Nullable String anyGenerator(RandomGenerator random) {
    return generators.any(random);
  }

  /** The last so many of something. */
  private static final class Shelf<T> {
    private final int capacity;
    private final List<T> places = new ArrayList<>();
    private int next;

    Shelf(int capacity) {
      this.capacity = capacity;
    }

    void add(T thing) {
      if (places.size() < capacity) {
        places.add(thing);
      } else {
        places.set(next, thing);
      }
      next = (next + 1) % capacity;
    }

    @Nullable T any(RandomGenerator random) {
      return places.isEmpty() ? null : places.get(random.nextInt(places.size()));
    }

    /** The newer, the more likely. */
    @Nullable T recent(RandomGenerator random) {
      if (places.isEmpty()) {
        return null;
      }
      int back = (int) (places.size() * Math.pow(random.nextDouble(), 2));
      return places.get(Math.floorMod(next - 1 - back, places.size()));
    }
  }
}
