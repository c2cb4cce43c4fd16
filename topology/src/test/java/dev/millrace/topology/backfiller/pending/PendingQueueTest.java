package dev.millrace.topology.backfiller.pending;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.schema.event.Scope;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class PendingQueueTest {
  private final PendingQueue queue = new PendingQueue();

  @Test
  void shouldLetHostsTakeTurns() {
    queue.put(repo("a1", Lane.LISTING, "a", 0), 0);
    queue.put(repo("a2", Lane.LISTING, "a", 0), 0);
    queue.put(repo("a3", Lane.LISTING, "a", 0), 0);
    queue.put(repo("b1", Lane.LISTING, "b", 0), 0);

    assertThat(launch()).isEqualTo("a1");
    assertThat(launch()).isEqualTo("b1");
    assertThat(launch()).isEqualTo("a2");
    assertThat(launch()).isEqualTo("a3");
    assertThat(launch()).isNull();
    assertThat(queue.inHand(Lane.LISTING)).isEqualTo(4);
  }

  @Test
  void shouldPassOverHostsWithoutRoom() {
    queue.put(repo("a1", Lane.LISTING, "a", 0), 0);
    queue.put(repo("b1", Lane.LISTING, "b", 0), 0);

    assertThat(queue.launch(Lane.LISTING, host -> host.equals("b"))).isEqualTo("b1");
    assertThat(queue.launch(Lane.LISTING, host -> false)).isNull();
    assertThat(queue.inHand(Lane.LISTING)).isEqualTo(2);
  }

  @Test
  void shouldWakeWhatIsParkedAtItsTimeAndNotCountItBefore() {
    queue.put(repo("a", Lane.LISTING, null, 100), 0);
    assertThat(queue.inHand(Lane.LISTING)).isZero();
    assertThat(queue.parked()).isEqualTo(1);

    queue.wake(99);
    assertThat(launch()).isNull();
    queue.wake(100);
    assertThat(launch()).isEqualTo("a");
    assertThat(queue.parked()).isZero();
  }

  @Test
  void shouldMoveAnEntryWhoseLaneChanges() {
    queue.put(repo("a", Lane.LISTING, "h", 0), 0);
    queue.put(repo("p", Lane.LISTING, "h", 50), 0);
    queue.put(repo("a", Lane.REQUEST, "h", 0), 0);
    queue.put(repo("p", Lane.REQUEST, "h", 0), 0);

    assertThat(queue.inHand(Lane.LISTING)).isZero();
    assertThat(queue.inHand(Lane.REQUEST)).isEqualTo(2);
    assertThat(queue.parked()).isZero();
    assertThat(launch()).isNull();
  }

  @Test
  void shouldNotQueueWhatIsInFlight() {
    queue.put(repo("a", Lane.LISTING, null, 0), 0);
    assertThat(launch()).isEqualTo("a");
    queue.put(repo("a", Lane.REQUEST, null, 0), 0);
    assertThat(queue.inHand(Lane.REQUEST)).isZero();
    assertThat(queue.isFlying("a")).isTrue();

    queue.landed("a");
    queue.put(repo("a", Lane.REQUEST, null, 0), 0);
    assertThat(queue.launch(Lane.REQUEST, host -> true)).isEqualTo("a");
  }

  @Test
  void shouldParkTheReposOfAHost() {
    queue.put(repo("a", Lane.LISTING, "h", 0), 0);
    queue.put(repo("b", Lane.REQUEST, "h", 0), 0);
    queue.put(repo("c", Lane.LISTING, null, 0), 0);

    assertThat(queue.runnableHosts()).containsExactly("h");
    assertThat(queue.runnableOf("h")).containsExactlyInAnyOrder("a", "b");
    queue.put(repo("a", Lane.LISTING, "h", 500), 0);
    queue.put(repo("b", Lane.REQUEST, "h", 500), 0);
    assertThat(queue.runnableHosts()).isEmpty();
    assertThat(queue.parked()).isEqualTo(2);
  }

  private @Nullable String launch() {
    return queue.launch(Lane.LISTING, host -> true);
  }

  private static PendingRepo repo(String did, Lane lane, @Nullable String host, long notBefore) {
    Wish wish = new Wish(did, lane, "x", Scope.FULL, null, null, Question.NONE);
    return new PendingRepo(wish, 0, 0, notBefore, 0, null, host, 0);
  }
}
