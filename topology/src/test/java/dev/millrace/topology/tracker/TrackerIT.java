package dev.millrace.topology.tracker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.embedded.EmbeddedKafka;
import dev.millrace.schema.event.AccountEvent;
import dev.millrace.schema.event.CommitEvent;
import dev.millrace.schema.event.IdentityEvent;
import dev.millrace.schema.event.RepoRequest;
import dev.millrace.schema.event.ResolvedIdentity;
import dev.millrace.simulator.Simulator;
import dev.millrace.simulator.SimulatorOptions;
import dev.millrace.simulator.world.Account;
import dev.millrace.topology.ChildJvm;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On a broker, with a simulated network's directory and handles. */
final class TrackerIT {
  private static final String TIME = "2026-01-01T00:00:00Z";
  private static final Duration LONG = Duration.ofMinutes(2);
  private static final int ACCOUNTS = 60;

  @TempDir Path dir;
  private EmbeddedKafka broker;
  private TrackerTopics topics;
  private Simulator network;

  @BeforeEach
  void start() {
    broker = EmbeddedKafka.temporary();
    topics = new TrackerTopics(broker.bootstrapServers());
    network = Simulator.start(SimulatorOptions.of(11, ACCOUNTS));
  }

  @AfterEach
  void stop() {
    network.close();
    topics.close();
    broker.close();
  }

  @Test
  void shouldAskForEveryRepoOnceAndPublishEveryIdentity() {
    try (Tracker tracker = tracker()) {
      accounts().forEach(account -> topics.live(commit(account, 3)));
      accounts().forEach(account -> topics.live(commit(account, 4)));

      until(tracker, () -> topics.identities().size() >= ACCOUNTS && tracker.backlog() == 0);
      assertThat(latest()).isEqualTo(handles());
      assertThat(topics.identities())
          .allSatisfy(
              identity -> {
                assertThat(identity.pds()).startsWith("http://127.0.0.1:");
                assertThat(identity.signingKey()).startsWith("did:key:z");
              });
      assertThat(topics.requests()).hasSize(ACCOUNTS);
    }
  }

  @Test
  void shouldPublishAHandleThatChanged() {
    Account account = accounts().getFirst();
    String did = account.did().value();
    try (Tracker tracker = tracker()) {
      topics.live(commit(account, 3));
      until(tracker, () -> !topics.identities().isEmpty());
      network.world().direct().changeHandle(did, "anew.mill.test");
      topics.live(new IdentityEvent(9, TIME, did, "relay", "anew.mill.test"));

      until(tracker, () -> "anew.mill.test".equals(latest().get(did)));
    }
  }

  @Test
  void shouldGoOnWhereItWasAfterARestart() {
    Account account = accounts().getFirst();
    try (Tracker tracker = tracker()) {
      topics.live(commit(account, 3));
      until(tracker, () -> topics.requests().size() == 1 && tracker.backlog() == 0);
    }
    topics.live(commit(account, 4));
    topics.live(status(account, "deleted"));
    try (Tracker tracker = tracker()) {
      until(tracker, () -> topics.requests().size() >= 2);
      assertThat(topics.requests())
          .extracting(RepoRequest::reason)
          .containsExactly("new", "deletion");
    }
  }

  @Test
  void shouldStopWithAClearErrorWhenAPositionHasFallenOffTheLog() {
    Account account = accounts().getFirst();
    String group;
    try (Tracker tracker = tracker()) {
      topics.live(commit(account, 3));
      until(tracker, () -> topics.requests().size() == 1 && tracker.backlog() == 0);
      group = options().streams().applicationId();
    }
    topics.live(commit(account, 4));
    topics.trimUnread(group);
    try (Tracker tracker = tracker()) {
      assertThat(tracker.ended().toCompletableFuture())
          .failsWithin(LONG)
          .withThrowableThat()
          .withMessageContaining("below the log's start")
          .withMessageContaining(
              "--bootstrap-server %s --group %s --all-topics --reset-offsets"
                  .formatted(broker.bootstrapServers(), group));
    }
  }

  @Test
  void shouldLoseAndDoubleNothingAfterAHardKillInTheMiddle() {
    try (ChildJvm first =
        TrackerProcess.start(
            broker.bootstrapServers(), dir, network.plc(), network.pdses().getFirst())) {
      accounts().forEach(account -> topics.live(commit(account, 3)));
      await().atMost(LONG).until(() -> topics.identities().size() > 2);
      first.kill();
    }
    accounts().forEach(account -> topics.live(commit(account, 4)));
    accounts().forEach(account -> topics.live(commit(account, 6)));
    try (Tracker tracker = tracker()) {
      Account last = accounts().getLast();
      topics.live(status(last, "deleted"));
      until(
          tracker,
          () ->
              latest().size() == ACCOUNTS
                  && tracker.backlog() == 0
                  && topics.requests().stream().anyMatch(r -> r.reason().equals("deletion")));
      // Every repo is new once, and the gap raises that wish.
      until(tracker, () -> topics.requests().size() > ACCOUNTS);
      Map<String, Long> asked =
          topics.requests().stream()
              .filter(request -> request.reason().equals("new"))
              .collect(Collectors.groupingBy(RepoRequest::did, Collectors.counting()));
      assertThat(asked).hasSize(ACCOUNTS).allSatisfy((did, count) -> assertThat(count).isOne());
      assertThat(latest()).isEqualTo(handles());
    }
  }

  private Tracker tracker() {
    return Tracker.start(options(), new SimpleMeterRegistry());
  }

  private TrackerOptions options() {
    return TrackerProcess.options(
        broker.bootstrapServers(), dir, network.plc(), network.pdses().getFirst());
  }

  private List<Account> accounts() {
    return network.world().accounts().subList(0, ACCOUNTS);
  }

  private Map<String, String> handles() {
    Map<String, String> handles = new TreeMap<>();
    accounts().forEach(account -> handles.put(account.did().value(), account.handle()));
    return handles;
  }

  private Map<String, String> latest() {
    Map<String, String> latest = new HashMap<>();
    for (ResolvedIdentity identity : topics.identities()) {
      latest.put(identity.did(), Objects.requireNonNullElse(identity.handle(), "none"));
    }
    return latest;
  }

  private static void until(Tracker tracker, Callable<Boolean> condition) {
    await().failFast(() -> assertThat(tracker.failure()).isEmpty()).atMost(LONG).until(condition);
  }

  private static CommitEvent commit(Account account, int rev) {
    return new CommitEvent(
        7,
        TIME,
        account.did().value(),
        "relay",
        "c",
        "3l2aaaaaaaa2" + rev,
        "3l2aaaaaaaa2" + (rev - 1),
        null,
        "d" + rev,
        false);
  }

  private static AccountEvent status(Account account, String status) {
    return new AccountEvent(8, TIME, account.did().value(), "relay", false, status, null);
  }
}
