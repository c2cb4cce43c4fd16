package dev.millrace.connectors.firehose;

import dev.millrace.connectors.ingest.Received;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;

/**
 * Spreads the frames of a batch over workers and gives their results back in the batch's order.
 *
 * <p>One caller at a time; it works along. Each worker has a checker of its own.
 */
final class CheckerPool implements AutoCloseable {
  /** Less is done sooner than handed over. */
  private static final int LEAST_SLICE = 8;

  private final List<FrameChecker> checkers = new ArrayList<>();
  private final ExecutorService helpers;

  CheckerPool(int workers, Supplier<FrameChecker> checker) {
    for (int i = 0; i < workers; i++) {
      checkers.add(checker.get());
    }
    this.helpers =
        Executors.newFixedThreadPool(
            Math.max(1, workers - 1),
            Thread.ofPlatform().daemon().name("frame-checker-", 0).factory());
  }

  List<CheckedFrame> check(List<Received> frames) throws InterruptedException {
    int slices = Math.clamp(frames.size() / LEAST_SLICE, 1, checkers.size());
    List<Future<List<CheckedFrame>>> others = new ArrayList<>();
    for (int i = 1; i < slices; i++) {
      FrameChecker checker = checkers.get(i);
      List<Received> slice = slice(frames, i, slices);
      others.add(helpers.submit(() -> checkAll(checker, slice)));
    }
    List<CheckedFrame> checked = checkAll(checkers.get(0), slice(frames, 0, slices));
    for (Future<List<CheckedFrame>> other : others) {
      try {
        checked.addAll(other.get());
      } catch (ExecutionException e) {
        throw new IllegalStateException("a frame could not be checked", e.getCause());
      }
    }
    return checked;
  }

  private static List<Received> slice(List<Received> frames, int index, int slices) {
    long size = frames.size();
    return frames.subList((int) (size * index / slices), (int) (size * (index + 1) / slices));
  }

  private static List<CheckedFrame> checkAll(FrameChecker checker, List<Received> frames) {
    List<CheckedFrame> checked = new ArrayList<>(frames.size());
    for (Received frame : frames) {
      checked.add(checker.check(frame));
    }
    return checked;
  }

  @Override
  public void close() {
    helpers.shutdownNow();
  }
}
