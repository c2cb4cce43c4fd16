package dev.millrace.topology.backfiller;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.embedded.EmbeddedKafka;
import dev.millrace.schema.event.AccountEvent;
import dev.millrace.schema.event.RepoEvent;
import dev.millrace.schema.event.SnapshotEvent;
import dev.millrace.topology.backfiller.network.LocalHost;
import dev.millrace.topology.backfiller.network.TestRepo;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A status that a host told of is confirmed or refuted at the account's current PDS. */
final class AccountQuestionIT {
  private static final Duration LONG = Duration.ofSeconds(60);
  private static final LocalHost.Answer NOT_FOUND = LocalHost.error(400, "RepoNotFound");

  @TempDir static Path dir;
  private static EmbeddedKafka broker;
  private static KafkaSide kafka;
  private static LocalHost host;
  private static LocalHost otherHost;
  private static Backfiller backfiller;

  @BeforeAll
  static void start() {
    broker = EmbeddedKafka.temporary();
    kafka = new KafkaSide(broker.bootstrapServers());
    host = new LocalHost();
    otherHost = new LocalHost();
    backfiller = startBackfiller();
  }

  @AfterAll
  static void stop() {
    assertThat(backfiller.failure()).isEmpty();
    assertThat(backfiller.close(Duration.ofSeconds(20))).isTrue();
    host.close();
    otherHost.close();
    kafka.close();
    broker.close();
  }

  private static Backfiller startBackfiller() {
    return kafka.watch(
        Backfiller.start(
            TestOptions.of(broker.bootstrapServers(), dir, host.uri()).build(),
            new SimpleMeterRegistry()));
  }

  @Test
  void shouldConfirmADeletionWhereThePdsHasNoSuchRepo() {
    TestRepo repo = host.host(TestRepo.of(101, 5));
    host.answer(repo, NOT_FOUND);
    kafka.request(repo, "deletion");

    AccountEvent event = onlyAccount(repo);
    assertThat(event.active()).isFalse();
    assertThat(event.status()).isEqualTo("deleted");
    assertThat(event.seq()).isEqualTo(RepoEvent.BACKFILL_SEQ);
    assertThat(event.livePos()).isZero();
    assertThat(event.host()).isEqualTo(host.uri().getAuthority());
    assertThat(kafka.letters(repo)).isEmpty();
    assertThat(kafka.closed(repo)).isEmpty();
  }

  @Test
  void shouldConfirmADeletionWhereTheDidWasGivenUp() {
    TestRepo repo = host.host(TestRepo.of(102, 5));
    host.tombstone(repo);
    kafka.request(repo, "deletion");

    assertThat(onlyAccount(repo).status()).isEqualTo("deleted");
    assertThat(host.asked(repo)).isZero();
  }

  @Test
  void shouldNotTakeADidThatTheDirectoryDoesNotKnowForDeleted() {
    TestRepo repo = TestRepo.of(103, 5);
    kafka.request(repo, "deletion");
    kafka.until(LONG, () -> kafka.letters(repo).size() == 1);

    assertThat(kafka.letters(repo).getFirst().reason()).isEqualTo("did-not-found");
    assertThat(kafka.accounts(repo)).isEmpty();
  }

  @Test
  void shouldTellTheStatusThatThePdsGivesInsteadOfADeletion() {
    TestRepo repo = host.host(TestRepo.of(104, 5));
    host.answer(repo, LocalHost.error(400, "RepoDeactivated"));
    kafka.request(repo, "deletion");

    assertThat(onlyAccount(repo).status()).isEqualTo("deactivated");
  }

  @Test
  void shouldRefuteADeletionBeforeTheRecordsOfARepoThatIsGivenOut() {
    TestRepo repo = host.host(TestRepo.of(105, 5));
    kafka.request(repo, "deletion");
    kafka.awaitClosed(repo);

    kafka.assertEqual(repo);
    List<RepoEvent> events =
        kafka.events().stream().filter(e -> e.did().equals(repo.did().value())).toList();
    assertThat(events.getFirst())
        .isInstanceOfSatisfying(
            AccountEvent.class,
            event -> {
              assertThat(event.active()).isTrue();
              assertThat(event.status()).isNull();
              assertThat(event.livePos()).isZero();
            });
    assertThat(kafka.accounts(repo)).hasSize(1);
  }

  @Test
  void shouldAskTheCurrentPdsThoughAFormerOneIsRemembered() {
    TestRepo moved = host.host(TestRepo.of(106, 5));
    kafka.request(moved, "user");
    kafka.awaitClosed(moved);
    otherHost.host(moved);
    host.document(moved, otherHost.uri());
    kafka.request(moved, "status");
    kafka.until(LONG, () -> kafka.closed(moved).size() == 2);

    assertThat(kafka.closed(moved).getLast())
        .extracting(SnapshotEvent::host)
        .isEqualTo(otherHost.uri().getAuthority());
    assertThat(host.asked(moved)).as("the former PDS is not asked again").isEqualTo(1);
  }

  @Test
  void shouldNotBelieveADeletionAtAPdsThatTheAccountLeftMeanwhile() {
    TestRepo moved = host.host(TestRepo.of(107, 5));
    otherHost.host(moved);
    host.answer(
        moved,
        exchange -> {
          host.document(moved, otherHost.uri());
          NOT_FOUND.to(exchange);
        });
    kafka.request(moved, "deletion");
    kafka.awaitClosed(moved);

    assertThat(kafka.accounts(moved)).singleElement().matches(AccountEvent::active);
  }

  @Test
  void shouldSetAMissingRepoAsideWhereOnlyTheStatusWasAsked() {
    TestRepo repo = host.host(TestRepo.of(108, 5));
    host.answer(repo, NOT_FOUND);
    kafka.request(repo, "status");
    kafka.until(LONG, () -> kafka.letters(repo).size() == 1);

    assertThat(kafka.letters(repo).getFirst().reason()).isEqualTo("repo-not-found");
    assertThat(kafka.accounts(repo)).isEmpty();
  }

  @Test
  void shouldConfirmADeletionAfterPassingFailuresAndARestartInBetween() {
    TestRepo repo = host.host(TestRepo.of(109, 5));
    CountDownLatch stopped = new CountDownLatch(1);
    host.answer(
        repo,
        LocalHost.error(503, "Away"),
        exchange -> {
          try {
            stopped.await(60, TimeUnit.SECONDS);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        },
        NOT_FOUND);
    kafka.request(repo, "deletion");
    kafka.until(LONG, () -> host.asked(repo) == 2);
    assertThat(backfiller.close(Duration.ofSeconds(20))).isTrue();
    stopped.countDown();
    backfiller = startBackfiller();

    assertThat(onlyAccount(repo).status()).isEqualTo("deleted");
    assertThat(kafka.letters(repo)).isEmpty();
  }

  private static AccountEvent onlyAccount(TestRepo repo) {
    kafka.until(LONG, () -> !kafka.accounts(repo).isEmpty());
    assertThat(kafka.accounts(repo)).hasSize(1);
    return kafka.accounts(repo).getFirst();
  }
}
