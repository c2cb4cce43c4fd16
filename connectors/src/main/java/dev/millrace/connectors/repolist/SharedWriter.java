package dev.millrace.connectors.repolist;

import dev.millrace.connectors.ingest.PartThreads;
import dev.millrace.connectors.kafka.Batch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * One writer for many hosts: what several have at the same time goes in one transaction. A host has
 * one batch on its way at a time, so the order of its batches is kept.
 *
 * <p>{@link #run} belongs to the writing thread; {@link #write} to any number of others.
 */
final class SharedWriter implements BatchSink {
  private static final int MOST_AT_ONCE = 32;
  private static final Duration LOOK_UP = Duration.ofMillis(100);

  private record Entry(Batch batch, CompletableFuture<Void> written) {}

  private final BatchSink sink;
  private final Consumer<Batch> addition;
  private final BlockingQueue<Entry> queue;

  /**
   * Writes nothing yet.
   *
   * @param addition what every transaction holds, too
   * @param writers how many threads write at the same time
   */
  SharedWriter(BatchSink sink, Consumer<Batch> addition, int writers) {
    this.sink = sink;
    this.addition = addition;
    this.queue = new ArrayBlockingQueue<>(writers);
  }

  @Override
  public void write(Batch batch) throws InterruptedException {
    Entry entry = new Entry(batch, new CompletableFuture<>());
    queue.put(entry);
    try {
      entry.written().get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("the shared writer failed", e.getCause());
    }
  }

  /** Writes what comes, until the part stops or a write fails for good. */
  void run(PartThreads threads) throws InterruptedException {
    while (!threads.isStopping()) {
      Entry first = queue.poll(LOOK_UP.toMillis(), TimeUnit.MILLISECONDS);
      if (first == null) {
        continue;
      }
      List<Entry> entries = new ArrayList<>();
      entries.add(first);
      queue.drainTo(entries, MOST_AT_ONCE - 1);
      Batch all = new Batch();
      entries.forEach(entry -> all.add(entry.batch()));
      addition.accept(all);
      try {
        sink.write(all);
      } catch (InterruptedException | RuntimeException e) {
        entries.forEach(entry -> entry.written().completeExceptionally(e));
        throw e;
      }
      entries.forEach(entry -> entry.written().complete(null));
    }
  }
}
