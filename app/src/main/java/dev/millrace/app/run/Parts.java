package dev.millrace.app.run;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The parts of one process. The first that dies ends them all: half a pipeline helps nobody, and
 * what supervises the process starts it again.
 *
 * <p>{@link #add} and {@link #close} belong to the command's thread and the shutdown hook, one at a
 * time; {@link #awaitEnd} to any.
 */
public final class Parts implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Parts.class);
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(20);

  private final Deque<Part> running = new ArrayDeque<>();
  private final CompletableFuture<Void> ended = new CompletableFuture<>();

  /** Takes a part over; its end is the end of all. */
  public synchronized void add(Part part) {
    running.push(part);
    log.info("{} started", part.name());
    part.ended()
        .whenComplete(
            (normally, failure) -> {
              if (failure == null) {
                ended.complete(null);
              } else {
                ended.completeExceptionally(new PartDiedException(part.name(), causeOf(failure)));
              }
            });
  }

  /** Those that do not work at the moment. */
  public synchronized List<String> notReady() {
    return running.stream().filter(part -> !part.ready().getAsBoolean()).map(Part::name).toList();
  }

  /**
   * Waits for the first part that ends.
   *
   * @return whether one has ended, rather than the time
   * @throws PartDiedException if it died
   */
  public boolean awaitEnd(Duration limit) throws InterruptedException {
    try {
      ended.get(limit.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      throw (PartDiedException) e.getCause();
    }
  }

  /** Stops the parts, those first that were started last. */
  @Override
  public synchronized void close() {
    while (!running.isEmpty()) {
      Part part = running.pop();
      boolean inTime = part.closing().test(CLOSE_LIMIT);
      log.info("{} {}", part.name(), inTime ? "stopped" : "did not stop in time");
    }
    ended.complete(null);
  }

  private static Throwable causeOf(Throwable failure) {
    return failure instanceof CompletionException && failure.getCause() != null
        ? failure.getCause()
        : failure;
  }
}
