package dev.millrace.connectors.window;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Holds reading while the process uses more memory than it may. What is used includes garbage, so
 * the collector is asked to look, now and then, before anything is read again.
 */
public final class MemoryBrake implements Brake {
  private static final Duration ASK_COLLECTOR = Duration.ofSeconds(5);
  private static final long MIB = 1 << 20;

  /** After so long the limit is too low for anything to be read at all. */
  private static final Duration PATIENCE = Duration.ofMinutes(10);

  private final long limitMib;
  private final LongSupplier usedBytes;
  private final Runnable collect;
  private final AtomicLong askedNanos = new AtomicLong();
  private final AtomicLong aboveSinceNanos = new AtomicLong();

  /** Of the heap of this JVM. */
  public MemoryBrake(long limitMib) {
    this(limitMib, MemoryBrake::heap, System::gc);
  }

  MemoryBrake(long limitMib, LongSupplier usedBytes, Runnable collect) {
    this.limitMib = limitMib;
    this.usedBytes = usedBytes;
    this.collect = collect;
  }

  private static long heap() {
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }

  public long usedMib() {
    return usedBytes.getAsLong() / MIB;
  }

  public long limitMib() {
    return limitMib;
  }

  /**
   * Whether it is above the limit.
   *
   * @throws WindowException if it stays there whatever is done
   */
  @Override
  public @Nullable String reason() {
    if (usedMib() < limitMib) {
      aboveSinceNanos.set(0);
      return null;
    }
    long now = System.nanoTime();
    aboveSinceNanos.compareAndSet(0, now);
    if (now - aboveSinceNanos.get() > PATIENCE.toNanos()) {
      throw new WindowException(
          "memory stays above its limit of %d MB with nothing being read: raise it"
              .formatted(limitMib));
    }
    long asked = askedNanos.get();
    if ((asked == 0 || now - asked > ASK_COLLECTOR.toNanos())
        && askedNanos.compareAndSet(asked, now)) {
      collect.run();
    }
    long used = usedMib();
    return used < limitMib ? null : "memory: %dMB / %dMB limit".formatted(used, limitMib);
  }
}
