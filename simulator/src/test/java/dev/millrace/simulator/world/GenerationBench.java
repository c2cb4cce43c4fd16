package dev.millrace.simulator.world;

import java.util.Locale;

/**
 * How long worlds take to make, and how fast they step: {@code java -cp … GenerationBench}. Prints
 * a line for each size; the first, small one warms up.
 */
public final class GenerationBench {
  private static final int STEPS = 2_000;

  private GenerationBench() {}

  public static void main(String[] args) {
    for (int repos : new int[] {200, 1_000, 5_000, 20_000}) {
      long start = System.nanoTime();
      World world = World.create(Worlds.options(1, repos), 0, step -> {});
      double made = (System.nanoTime() - start) / 1e9;
      System.gc();
      Runtime runtime = Runtime.getRuntime();
      long heap = (runtime.totalMemory() - runtime.freeMemory()) >> 20;
      start = System.nanoTime();
      world.step(STEPS);
      double stepped = (System.nanoTime() - start) / 1e9;
      System.out.printf(
          Locale.ROOT,
          "%,d repos, %,d records: made in %.2f s, %d MB of heap; %,.0f steps/s%n",
          repos,
          world.truth().recordCount(),
          made,
          heap,
          STEPS / stepped);
    }
  }
}
