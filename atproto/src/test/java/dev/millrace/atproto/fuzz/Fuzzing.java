package dev.millrace.atproto.fuzz;

import com.sun.management.ThreadMXBean;
import dev.millrace.atproto.BadDataException;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Optional;

/** Gives inputs to one parser, and sees what it makes of them. Owned by one thread. */
final class Fuzzing {
  private static final long MOST_NANOS = 1_000_000_000L;
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private static final byte[] NOTHING = {};

  private final Target target;
  private long inputs;
  private long refused;
  private long mostNanos;
  private volatile byte[] inHand = NOTHING;
  private volatile long begunNanos;

  Fuzzing(Target target) {
    this.target = target;
  }

  /** What is wrong with how an input is read; empty if nothing is. */
  Optional<String> read(byte[] input) {
    Optional<String> problem = readOnce(input);
    // What the first of a kind takes to load classes and to compile is not the input's.
    return problem.isPresent() ? readOnce(input) : problem;
  }

  private Optional<String> readOnce(byte[] input) {
    long bytes = THREADS.getCurrentThreadAllocatedBytes();
    long start = System.nanoTime();
    begunNanos = start;
    inHand = input;
    inputs++;
    try {
      target.parse(input);
    } catch (BadDataException e) {
      refused++;
    } catch (IOException | RuntimeException | StackOverflowError | OutOfMemoryError e) {
      return Optional.of("threw " + e + " at " + e.getStackTrace()[0]);
    } finally {
      inHand = NOTHING;
    }
    long nanos = System.nanoTime() - start;
    bytes = THREADS.getCurrentThreadAllocatedBytes() - bytes;
    mostNanos = Math.max(mostNanos, nanos);
    if (bytes > target.mostBytes(input.length)) {
      return Optional.of(
          "allocated %,d bytes for %,d, more than %,d"
              .formatted(bytes, input.length, target.mostBytes(input.length)));
    }
    return nanos > MOST_NANOS
        ? Optional.of("took %d ms".formatted(nanos / 1_000_000))
        : Optional.empty();
  }

  /** Read by a thread that watches. */
  Duration inHandFor() {
    return inHand.length == 0 ? Duration.ZERO : Duration.ofNanos(System.nanoTime() - begunNanos);
  }

  byte[] inHand() {
    return inHand;
  }

  Target target() {
    return target;
  }

  long refused() {
    return refused;
  }

  long inputs() {
    return inputs;
  }

  @Override
  public String toString() {
    return "%-13s %,d inputs, %d %% refused, the slowest took %.1f ms"
        .formatted(target.word(), inputs, refused * 100 / Math.max(1, inputs), mostNanos / 1e6);
  }
}
