package dev.millrace.connectors.sink;

import static dev.millrace.connectors.sink.Events.POST;
import static dev.millrace.connectors.sink.Events.post;
import static dev.millrace.connectors.sink.Events.rev;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.schema.event.Scope;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a window of a firehose that is read again does to rows, whatever happened meanwhile. */
class WindowRulesIT extends AppliedRules {
  private final Events alice = new Events("did:plc:alice");

  private List<String> records() throws SQLException {
    return database.rows(
        "SELECT split_part(uri, '/', 5), cid, rev FROM record ORDER BY uri COLLATE \"C\"");
  }

  private static String row(String rkey, String cid, int rev) {
    return "%s|%s|%s".formatted(rkey, cid, rev(rev));
  }

  @Test
  void shouldFillInWhatIsOlderAndLeaveWhatIsNewer() throws Exception {
    sink.live(
        alice.put(20, POST, "a", "cid20", post("new")),
        alice.delete(21, POST, "b"),
        alice.commit(21));
    sink.backfill(
        alice.past(3, POST, "a", "cid3", post("old")),
        alice.past(4, POST, "b", "cid4", post("gone")),
        alice.past(5, POST, "c", "cid5", post("only there")),
        alice.pastCommit(5));

    assertThat(records()).containsExactly(row("a", "cid20", 20), row("c", "cid5", 5));
  }

  @Test
  void shouldEndTheSameWhicheverStretchComesFirst() throws Exception {
    sink.backfill(alice.pastDelete(9, POST, "a"), alice.pastCommit(9));
    sink.backfill(alice.past(3, POST, "a", "cid3", post("old")), alice.pastCommit(3));

    assertThat(records()).isEmpty();
  }

  @Test
  void shouldRaiseNoRevOfARepoThatIsNotWholeHere() throws Exception {
    sink.backfill(alice.past(5, POST, "a", "cid5", post("a")), alice.pastCommit(5));
    assertThat(database.rows("SELECT \"repoRev\" FROM actor_sync")).isEmpty();

    sink.live(alice.put(6, POST, "b", "cid6", post("b")), alice.commit(6));
    sink.backfill(alice.pastCommit(7));
    assertThat(database.one("SELECT \"repoRev\" FROM actor_sync")).isEqualTo(rev(6));
  }

  @Test
  void shouldBringNothingBackThatASnapshotCovers() throws Exception {
    sink.backfill(
        alice.held(10, POST, "kept", "cid1", post("kept"), 0), alice.closed(10, Scope.FULL, 0));
    sink.backfill(
        alice.past(3, POST, "gone", "cid3", post("gone")),
        alice.past(2, POST, "kept", "cid1", post("kept")),
        alice.pastCommit(3));

    assertThat(records()).containsExactly(row("kept", "cid1", 10));
  }

  @Test
  void shouldRefuseWhatIsOlderThanALiveDeletionAndTakeWhatIsNewer() throws Exception {
    sink.live(alice.account(50, false, "deleted"), alice.account(51, true, null));
    sink.backfill(
        alice.past(49, POST, "old", "cid49", post("former generation")),
        alice.past(50, POST, "doubt", "cid50", post("at the very time")),
        alice.past(55, POST, "new", "cid55", post("this generation")),
        alice.pastCommit(55));

    assertThat(records()).containsExactly(row("new", "cid55", 55));
  }

  @Test
  void shouldSweepAFormerGenerationWhoseEndOnlyTheWindowShows() throws Exception {
    // The first stretch's rows are there before another one shows the deletion.
    sink.backfill(alice.past(50, POST, "old", "cid50", post("old")), alice.pastCommit(50));
    sink.live(alice.reset(90));
    sink.backfill(
        alice.past(49, POST, "older", "cid49", post("old")),
        alice.past(3, POST, "new", "cid3", post("new")));
    long now = sink.livePos();
    sink.backfill(
        alice.held(3, POST, "new", "cid3", post("new"), now), alice.closed(3, Scope.FULL, now));
    sink.backfill(alice.past(50, POST, "old", "cid50", post("told twice")));

    assertThat(records()).containsExactly(row("new", "cid3", 3));
  }

  @Test
  void shouldNeitherShowNorFillAnErasedOrAHiddenAccount() throws Exception {
    sink.live(alice.put(5, POST, "a", "cid5", post("a")), alice.commit(5));
    sink.backfill(alice.gone(60, sink.livePos()));
    sink.backfill(alice.past(4, POST, "b", "cid4", post("b")), alice.pastCommit(4));
    assertThat(records()).isEmpty();
    assertThat(database.rows("SELECT did FROM actor")).isEmpty();

    Events bob = new Events("did:plc:bob");
    sink.live(bob.account(60, false, "takendown"));
    sink.backfill(bob.past(4, POST, "b", "cid4", post("b")));
    assertThat(records()).isEmpty();
    assertThat(database.one("SELECT \"upstreamStatus\" FROM actor WHERE did = 'did:plc:bob'"))
        .isEqualTo("takendown");
  }

  @Test
  void shouldForgetNoDeletionWhileAWindowIsReadOrNotYetApplied() throws Exception {
    sink.backfill(alice.pastDelete(9, POST, "a"));
    TombstoneRetention retention =
        new TombstoneRetention(
            database.dataSource(),
            Clock.fixed(
                Instant.parse("2026-01-01T00:00:00Z").plus(Duration.ofDays(60)), ZoneOffset.UTC));
    database.execute(
        "INSERT INTO backfill_window (service, relay, asked, start_cursor, end_cursor, begun_at,"
            + " updated_at) VALUES ('backfill', 'relay.example', 'days=30', 0, 9, now(), now())");
    assertThat(retention.prune(() -> false)).isZero();

    database.execute(
        "UPDATE backfill_window SET finished_at = now(), ends = '{\"firehose_backfill-0\": 1000000}'");
    assertThat(retention.prune(() -> false)).isZero();

    database.execute("UPDATE backfill_window SET ends = '{\"firehose_backfill-0\": 0}'");
    assertThat(retention.prune(() -> false)).isEqualTo(1);
  }
}
