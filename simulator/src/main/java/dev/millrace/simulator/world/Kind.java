package dev.millrace.simulator.world;

import java.util.random.RandomGenerator;

/** What an account writes when it writes something new, and how often among a thousand. */
enum Kind {
  LIKE(440),
  REPOST(80),
  FOLLOW(150),
  POST(220),
  BLOCK(20),
  LIST(6),
  LISTITEM(16),
  LISTBLOCK(5),
  THREADGATE(10),
  POSTGATE(6),
  GENERATOR(5),
  STARTERPACK(5),
  PROFILE(10),
  STATUS(6),
  NOTIFICATIONS(5),
  CHAT(5),
  GERM(2),
  VERIFICATION(5),
  UNKNOWN(4),
  LABELER(0);

  private static final int ALL = 1000;
  private final int weight;

  Kind(int weight) {
    this.weight = weight;
  }

  static Kind pick(RandomGenerator random) {
    int left = random.nextInt(ALL);
    for (Kind kind : values()) {
      left -= kind.weight;
      if (left < 0) {
        return kind;
      }
    }
    throw new IllegalStateException("weights do not add up");
  }
}
