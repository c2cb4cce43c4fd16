package dev.millrace.connectors.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class FrameQueueTest {
  private static final long SOON = TimeUnit.MILLISECONDS.toNanos(20);
  private static final long LATE = TimeUnit.SECONDS.toNanos(20);

  private record Frame(int number, int bytes) implements FrameQueue.Sized {}

  @Test
  void shouldMakeTheReaderWaitWhileTheFramesInItWeighTooMuch() throws Exception {
    FrameQueue<Frame> queue = new FrameQueue<>(100, 1_000);
    queue.put(new Frame(1, 600));
    CompletableFuture<Void> second = put(queue, new Frame(2, 600));
    assertThat(queue.take(1, 10_000, LATE, SOON)).containsExactly(new Frame(1, 600));
    second.get(10, TimeUnit.SECONDS);
    assertThat(queue.bytes()).isEqualTo(600);
  }

  @Test
  void shouldMakeTheReaderWaitWhileThereAreTooManyFrames() throws Exception {
    FrameQueue<Frame> queue = new FrameQueue<>(2, 1_000);
    queue.put(new Frame(1, 1));
    queue.put(new Frame(2, 1));
    CompletableFuture<Void> third = put(queue, new Frame(3, 1));
    assertThat(queue.size()).isEqualTo(2);
    assertThat(third).isNotDone();
    assertThat(queue.take(3, 10_000, LATE, LATE))
        .extracting(Frame::number)
        .containsExactly(1, 2, 3);
    third.get(10, TimeUnit.SECONDS);
  }

  @Test
  void shouldPassAFrameThatIsLargerThanTheBound() throws Exception {
    FrameQueue<Frame> queue = new FrameQueue<>(2, 10);
    queue.put(new Frame(1, 11));
    assertThat(queue.take(5, 5, LATE, LATE)).hasSize(1);
  }

  @Test
  void shouldGiveWhatIsThereWhenTheTimeToFillIsOver() throws Exception {
    FrameQueue<Frame> queue = new FrameQueue<>(10, 1_000);
    queue.put(new Frame(1, 1));
    assertThat(queue.take(5, 100, LATE, SOON)).hasSize(1);
    assertThat(queue.take(5, 100, SOON, LATE)).isEmpty();
  }

  private static CompletableFuture<Void> put(FrameQueue<Frame> queue, Frame frame) {
    Thread[] thread = new Thread[1];
    CompletableFuture<Void> done = new CompletableFuture<>();
    thread[0] =
        Thread.ofPlatform()
            .daemon()
            .start(
                () -> {
                  try {
                    queue.put(frame);
                    done.complete(null);
                  } catch (InterruptedException e) {
                    done.completeExceptionally(e);
                  }
                });
    await().until(() -> List.of(Thread.State.WAITING).contains(thread[0].getState()));
    return done;
  }
}
