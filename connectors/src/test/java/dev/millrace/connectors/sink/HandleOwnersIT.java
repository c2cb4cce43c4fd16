package dev.millrace.connectors.sink;

import static dev.millrace.connectors.sink.Events.POST;
import static dev.millrace.connectors.sink.Events.post;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.schema.event.ResolvedIdentity;
import dev.millrace.schema.topic.Topic;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

/** Who has a handle, whatever the order in which it is learnt. */
class HandleOwnersIT extends AppliedRules {
  private final Events alice = new Events("did:plc:alice");
  private final Events bob = new Events("did:plc:bob");
  private final Events carol = new Events("did:plc:carol");

  private void seen(Events... repos) throws Exception {
    for (Events repo : repos) {
      sink.live(repo.put(1, POST, "a", "cid", post("a")));
    }
  }

  private static List<String> handles() throws Exception {
    return database.rows("SELECT did, handle FROM actor ORDER BY did");
  }

  @Test
  void shouldGiveAHandleInLowerCaseWhicheverComesFirst() throws Exception {
    seen(alice);
    sink.identities(alice.resolved(1, "Alice.Test"), bob.resolved(1, "bob.test"));
    sink.derive();
    seen(bob);
    sink.derive();

    assertThat(handles()).containsExactly("did:plc:alice|alice.test", "did:plc:bob|bob.test");
    assertThat(database.rows("SELECT * FROM derive_queue")).isEmpty();
  }

  @Test
  void shouldTakeAHandleFromItsEarlierOwner() throws Exception {
    seen(alice, bob);
    sink.identities(alice.resolved(1, "h.test"));
    sink.derive();
    sink.identities(bob.resolved(2, "h.test"));
    sink.derive();
    assertThat(handles()).containsExactly("did:plc:alice|-", "did:plc:bob|h.test");

    sink.identities(bob.resolved(3, "b.test"));
    sink.derive();
    assertThat(handles()).containsExactly("did:plc:alice|h.test", "did:plc:bob|b.test");
  }

  @Test
  void shouldForgetWhatWasFoundBeforeADeletionWhicheverArrivesFirst() throws Exception {
    sink.identities(alice.resolved(1, "alice.test"));
    sink.backfill(alice.gone(3, sink.livePos()));
    assertThat(database.rows("SELECT handle FROM handle_claim")).isEmpty();

    sink.identities(alice.resolved(2, "alice.test"));
    assertThat(database.rows("SELECT handle FROM handle_claim")).isEmpty();

    // As of an account that is about to be made again.
    sink.identities(alice.resolved(4, "again.test"));
    sink.backfill(alice.gone(3, sink.livePos()));
    sink.live(alice.account(5, true, null));
    sink.derive();
    assertThat(handles()).containsExactly("did:plc:alice|again.test");
  }

  @Test
  void shouldSwapHandlesAtOnce() throws Exception {
    seen(alice, bob);
    sink.identities(alice.resolved(1, "a.test"), bob.resolved(1, "b.test"));
    sink.derive();
    sink.identities(alice.resolved(2, "b.test"), bob.resolved(2, "a.test"));
    sink.derive();

    assertThat(handles()).containsExactly("did:plc:alice|b.test", "did:plc:bob|a.test");
  }

  @Test
  void shouldGiveTheSmallerDidAHandleThatBothClaimAtOnce() throws Exception {
    seen(alice, bob);
    sink.identities(bob.resolved(1, "h.test"), alice.resolved(1, "h.test"));
    sink.derive();

    assertThat(handles()).containsExactly("did:plc:alice|h.test", "did:plc:bob|-");
  }

  @Test
  void shouldTakeAHandleAwayThatResolvesNoMore() throws Exception {
    seen(alice, bob, carol);
    sink.identities(
        alice.resolved(1, "a.test"), bob.resolved(1, "b.test"), carol.resolved(1, "c.test"));
    sink.derive();
    sink.identities(alice.resolved(2, null));
    sink.batch(
        List.of(
            Incoming.of(
                Topic.IDENTITIES,
                new ConsumerRecord<>(
                    Topic.IDENTITIES.topicName(), 0, 4, Topic.key(bob.did()), null))));
    sink.derive();

    assertThat(handles())
        .containsExactly("did:plc:alice|-", "did:plc:bob|-", "did:plc:carol|c.test");
  }

  @Test
  void shouldFreeTheHandleOfAnAccountThatIsErased() throws Exception {
    seen(alice, bob);
    sink.identities(bob.resolved(1, "h.test"), alice.resolved(2, "h.test"));
    sink.derive();
    assertThat(handles()).containsExactly("did:plc:alice|h.test", "did:plc:bob|-");
    sink.backfill(alice.gone(3, sink.livePos()));
    sink.derive();

    assertThat(handles()).containsExactly("did:plc:bob|h.test");
  }

  @Test
  void shouldEndTheSameInAnyOrder() throws Exception {
    List<Events> repos = List.of(alice, bob, carol);
    for (int seed = 0; seed < 40; seed++) {
      Random random = new Random(seed);
      database.clear();
      List<ResolvedIdentity> last = new ArrayList<>();
      try (AppliedBatches own = new AppliedBatches(database)) {
        List<Runnable> steps = new ArrayList<>();
        for (Events repo : repos) {
          ResolvedIdentity end = repo.resolved(random.nextInt(3), "h" + random.nextInt(2));
          last.add(end);
          steps.add(
              step(
                  () ->
                      own.identities(
                          repo.resolved(random.nextInt(9), "h" + random.nextInt(2)), end)));
          steps.add(step(() -> own.live(repo.put(1, POST, "a", "cid", post("a")))));
          steps.add(step(own::derive));
        }
        Collections.shuffle(steps, random);
        steps.forEach(Runnable::run);
        own.derive();
      }
      List<String> expected = new ArrayList<>();
      for (ResolvedIdentity identity : last) {
        boolean isOwner =
            last.stream()
                .filter(other -> Objects.equals(other.handle(), identity.handle()))
                .allMatch(
                    other ->
                        other.resolvedAt().compareTo(identity.resolvedAt()) < 0
                            || (other.resolvedAt().equals(identity.resolvedAt())
                                && other.did().compareTo(identity.did()) >= 0));
        expected.add(identity.did() + "|" + (isOwner ? identity.handle() : "-"));
      }
      assertThat(handles()).as("seed %d", seed).isEqualTo(expected);
    }
  }

  private interface Step {
    void run() throws Exception;
  }

  private static Runnable step(Step step) {
    return () -> {
      try {
        step.run();
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    };
  }
}
