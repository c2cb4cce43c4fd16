package dev.millrace.atproto.fuzz;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Millions of damaged real inputs for every parser. What a parser does not bear is written to a
 * file, which belongs among the resources of {@link FuzzTest} once it is mended.
 */
final class FuzzRuns {
  private static final long INPUTS = 10_000_000;
  private static final long SEED = 1;
  private static final int MOST_FOUND = 20;
  private static final Duration HANG = Duration.ofSeconds(20);
  private static final Path FOUND = Path.of("target/fuzz");

  private FuzzRuns() {}

  public static void main(String[] arguments)
      throws IOException, InterruptedException, ExecutionException {
    long inputs = arguments.length > 0 ? Long.parseLong(arguments[0]) : INPUTS;
    long seed = arguments.length > 1 ? Long.parseLong(arguments[1]) : SEED;
    Path fixtures = Path.of(System.getProperty("millrace.shared", "../shared"), "fixtures");
    if (!Files.isDirectory(fixtures)) {
      System.out.println("skipped: no fixtures in " + fixtures.toAbsolutePath().normalize());
      return;
    }
    System.exit(run(Seeds.read(fixtures), inputs, seed) ? 0 : 1);
  }

  /** All parsers, side by side; says whether none of them broke. */
  private static boolean run(Seeds seeds, long inputs, long seed)
      throws InterruptedException, ExecutionException {
    Map<Target, Fuzzing> fuzzings = new EnumMap<>(Target.class);
    Map<Target, Future<Integer>> runs = new EnumMap<>(Target.class);
    long each = Math.ceilDiv(inputs, Target.values().length);
    int found = 0;
    try (ExecutorService threads =
        Executors.newFixedThreadPool(
            Runtime.getRuntime().availableProcessors(),
            work -> Thread.ofPlatform().daemon().unstarted(work))) {
      for (Target target : Target.values()) {
        Fuzzing fuzzing = new Fuzzing(target);
        Mutator mutator = new Mutator(new Random(seed), seeds.of(target));
        fuzzings.put(target, fuzzing);
        runs.put(target, threads.submit(() -> run(fuzzing, mutator, each)));
      }
      for (var run : runs.entrySet()) {
        found += await(run.getValue(), fuzzings);
        System.out.println(fuzzings.get(run.getKey()));
      }
    }
    System.out.printf(
        "%,d inputs of seed %d, %s%n",
        fuzzings.values().stream().mapToLong(Fuzzing::inputs).sum(),
        seed,
        found == 0 ? "nothing found" : found + " found: " + FOUND.toAbsolutePath());
    return found == 0;
  }

  private static int run(Fuzzing fuzzing, Mutator mutator, long inputs) throws IOException {
    int found = 0;
    for (long i = 0; i < inputs && found < MOST_FOUND; i++) {
      byte[] input = mutator.next();
      String problem = fuzzing.read(input).orElse(null);
      if (problem != null) {
        found++;
        System.out.println(keep(fuzzing, input) + " " + problem);
      }
    }
    return found;
  }

  /** Waits for one, and watches all. */
  private static int await(Future<Integer> run, Map<Target, Fuzzing> fuzzings)
      throws InterruptedException, ExecutionException {
    while (true) {
      try {
        return run.get(1, TimeUnit.SECONDS);
      } catch (TimeoutException e) {
        for (Fuzzing fuzzing : fuzzings.values()) {
          if (fuzzing.inHandFor().compareTo(HANG) > 0) {
            throw new IllegalStateException("hangs: " + keep(fuzzing, fuzzing.inHand()), e);
          }
        }
      }
    }
  }

  private static Path keep(Fuzzing fuzzing, byte[] input) {
    Path file =
        FOUND.resolve(fuzzing.target().word()).resolve("%08x".formatted(Arrays.hashCode(input)));
    try {
      Files.createDirectories(file.getParent());
      return Files.write(file, input);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
