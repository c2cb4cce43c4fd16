package dev.millrace.simulator.world;

import java.time.Duration;
import java.time.Instant;
import java.util.Set;

/** Small worlds for tests; they begin at a fixed moment, so that two of them can be equal. */
public final class Worlds {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private Worlds() {}

  public static WorldOptions options(long seed, int repos) {
    return new WorldOptions(
        seed,
        repos,
        3,
        -1,
        2,
        1,
        20,
        0,
        300,
        Duration.ofDays(1),
        20_000,
        START,
        Duration.ofMillis(10),
        Set.of());
  }

  static World create(long seed) {
    return World.create(options(seed, 30), 0, step -> {});
  }
}
