package dev.millrace.connectors.sink;

import static dev.millrace.connectors.sink.Events.FOLLOW;
import static dev.millrace.connectors.sink.Events.LIKE;
import static dev.millrace.connectors.sink.Events.POST;
import static dev.millrace.connectors.sink.Events.PROFILE;
import static dev.millrace.connectors.sink.Events.liveTime;
import static dev.millrace.connectors.sink.Events.post;
import static dev.millrace.connectors.sink.Events.rev;
import static dev.millrace.connectors.sink.Events.revTime;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.schema.event.DeadLetter;
import dev.millrace.schema.event.RepoEvent;
import dev.millrace.schema.event.Scope;
import dev.millrace.schema.topic.Topic;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The rules of convergence, one by one, against a real database. */
class RepoRulesIT extends AppliedRules {
  private final Events alice = new Events("did:plc:alice");
  private final Events bob = new Events("did:plc:bob");

  private static List<String> records() throws Exception {
    return database.rows("SELECT uri, cid, rev, \"indexedAt\" FROM record ORDER BY uri");
  }

  private String row(String rkey, String cid, int rev, String indexedAt) {
    return String.join("|", alice.uri(POST, rkey), cid, rev(rev), indexedAt);
  }

  @Test
  void shouldStoreARecordWithItsOwnRow() throws Exception {
    sink.live(alice.put(1, POST, "a", "cid1", post("hello")), alice.commit(1));

    assertThat(records()).containsExactly(row("a", "cid1", 1, liveTime(1)));
    assertThat(database.one("SELECT json FROM record")).isEqualTo(post("hello"));
    assertThat(
            database.one(
                "SELECT uri, cid, creator, text, \"createdAt\", \"indexedAt\", \"sortAt\" FROM post"))
        .isEqualTo(
            String.join(
                "|",
                alice.uri(POST, "a"),
                "cid1",
                alice.did(),
                "hello",
                "2026-01-01T00:00:00.000Z",
                liveTime(1),
                "2026-01-01T00:00:00.000Z"));
    assertThat(database.one("SELECT did, \"commitCid\", \"repoRev\" FROM actor_sync"))
        .isEqualTo(alice.did() + "|commit1|" + rev(1));
  }

  @Test
  void shouldKeepTheNewerRevWhenBackfillArrivesLate() throws Exception {
    sink.live(alice.put(5, POST, "a", "cid5", post("new")));
    sink.backfill(alice.held(3, POST, "a", "cid3", post("old")), alice.closed(3));

    assertThat(records()).containsExactly(row("a", "cid5", 5, liveTime(5)));
    assertThat(database.one("SELECT text FROM post")).isEqualTo("new");
  }

  @Test
  void shouldReplaceAnOlderRevOfTheSnapshot() throws Exception {
    sink.backfill(alice.held(3, POST, "a", "cid3", post("old")), alice.closed(3));
    sink.live(alice.put(5, POST, "a", "cid5", post("new")));

    assertThat(records()).containsExactly(row("a", "cid5", 5, liveTime(5)));
    assertThat(database.rows("SELECT text, cid FROM post")).containsExactly("new|cid5");
  }

  @Test
  void shouldNotBringBackWhatWasDeletedLive() throws Exception {
    sink.live(alice.delete(5, POST, "a"));
    sink.backfill(alice.held(3, POST, "a", "cid3", post("old")), alice.closed(3));

    assertThat(records()).isEmpty();
    assertThat(database.rows("SELECT uri, rev FROM tombstone"))
        .containsExactly(alice.uri(POST, "a") + "|" + rev(5));
  }

  @Test
  void shouldPruneTombstonesThatAWholeSnapshotCovers() throws Exception {
    sink.live(alice.delete(2, POST, "a"), alice.delete(5, POST, "b"), bob.delete(2, POST, "a"));
    sink.backfill(alice.closed(3));

    assertThat(database.rows("SELECT uri FROM tombstone ORDER BY uri"))
        .containsExactly(alice.uri(POST, "b"), bob.uri(POST, "a"));
  }

  @Test
  void shouldDropEventsAtOrBelowTheCoveredRev() throws Exception {
    sink.backfill(alice.held(5, POST, "a", "cid5", post("a")), alice.closed(5));
    sink.live(
        alice.put(3, POST, "gone", "cid3", post("gone")),
        alice.put(5, POST, "gone", "cid5b", post("gone")),
        alice.delete(4, POST, "a"));

    assertThat(records()).containsExactly(row("a", "cid5", 5, revTime(5)));
    assertThat(database.rows("SELECT * FROM tombstone")).isEmpty();
    assertThat(sink.counted("covered")).isEqualTo(2);
  }

  @Test
  void shouldRemoveWhatAWholeSnapshotDidNotContain() throws Exception {
    sink.live(
        alice.put(1, POST, "a", "cid1", post("a")),
        alice.put(2, POST, "b", "cid2", post("b")),
        alice.put(7, POST, "c", "cid7", post("c")),
        bob.put(1, POST, "a", "cid1", post("bob")));
    sink.backfill(alice.held(5, POST, "b", "cid2", post("b")), alice.closed(5));

    assertThat(records())
        .containsExactly(
            row("b", "cid2", 5, liveTime(2)),
            row("c", "cid7", 7, liveTime(7)),
            String.join("|", bob.uri(POST, "a"), "cid1", rev(1), liveTime(1)));
    assertThat(database.rows("SELECT text FROM post ORDER BY text"))
        .containsExactly("b", "bob", "c");
    assertThat(database.one("SELECT covered_rev FROM repo_state WHERE did = '" + alice.did() + "'"))
        .isEqualTo(rev(5));
  }

  @Test
  void shouldTakeTheRecordsOfAnotherSnapshotOfTheCoveredCommit() throws Exception {
    // As where a replay began in the middle of the first one.
    sink.backfill(alice.held(5, POST, "b", "cid2", post("b")), alice.closed(5));
    sink.backfill(
        alice.held(5, POST, "a", "cid1", post("a")),
        alice.held(5, POST, "b", "cid2", post("b")),
        alice.closed(5));

    assertThat(database.rows("SELECT uri FROM record ORDER BY uri"))
        .containsExactly(alice.uri(POST, "a"), alice.uri(POST, "b"));
  }

  @Test
  void shouldOnlyAddFromAPartialSnapshot() throws Exception {
    sink.live(alice.put(1, POST, "a", "cid1", post("a")), alice.commit(1));
    sink.backfill(
        alice.held(5, POST, "b", "cid2", post("b")),
        alice.closed(5, Scope.ofCollections(List.of(POST)), 1_000_000));

    assertThat(records())
        .containsExactly(row("a", "cid1", 1, liveTime(1)), row("b", "cid2", 5, revTime(5)));
    assertThat(database.rows("SELECT covered_rev FROM repo_state")).isEmpty();
    assertThat(database.one("SELECT \"repoRev\" FROM actor_sync")).isEqualTo(rev(1));
  }

  @Test
  void shouldKeepTheEarliestTimeOfAnEqualRecordWhicheverComesFirst() throws Exception {
    sink.live(alice.put(1, POST, "a", "cid1", post("a")));
    sink.backfill(alice.held(5, POST, "a", "cid1", post("a")), alice.closed(5));
    sink.backfill(bob.held(5, POST, "a", "cid1", post("a")), bob.closed(5));
    sink.live(bob.put(1, POST, "a", "cid1", post("a")));

    String expected = "cid1|" + rev(5) + "|" + liveTime(1);
    assertThat(database.rows("SELECT cid, rev, \"indexedAt\" FROM record"))
        .containsExactly(expected, expected);
    assertThat(database.rows("SELECT \"indexedAt\" FROM post"))
        .containsExactly(liveTime(1), liveTime(1));
  }

  @Test
  void shouldForgetTheTimeBeforeADeletionOfAnEqualRecord() throws Exception {
    // The same record is written, deleted and written again; the snapshot comes in between.
    sink.backfill(
        alice.held(9, PROFILE, "self", "cid1", Records.profile("Alice")), alice.closed(9));
    sink.live(
        alice.put(1, PROFILE, "self", "cid1", Records.profile("Alice")),
        alice.delete(2, PROFILE, "self"),
        alice.put(3, PROFILE, "self", "cid1", Records.profile("Alice")));

    assertThat(database.rows("SELECT \"indexedAt\", \"createdAt\" FROM profile"))
        .containsExactly(liveTime(3) + "|" + liveTime(3));
    assertThat(database.one("SELECT \"indexedAt\" FROM record")).isEqualTo(liveTime(3));
  }

  @Test
  void shouldCollapseManyOperationsOnOneUriWithinABatch() throws Exception {
    sink.live(
        alice.put(1, POST, "a", "cid1", post("one")),
        alice.put(2, POST, "a", "cid2", post("two")),
        alice.delete(3, POST, "a"),
        alice.put(4, POST, "a", "cid4", post("four")),
        alice.put(1, POST, "b", "cid1", post("b")),
        alice.delete(2, POST, "b"),
        alice.put(4, POST, "a", "cid4", post("four")));

    assertThat(records()).containsExactly(row("a", "cid4", 4, liveTime(4)));
    assertThat(database.rows("SELECT text FROM post")).containsExactly("four");
    assertThat(database.rows("SELECT uri FROM tombstone")).containsExactly(alice.uri(POST, "b"));
  }

  @Test
  void shouldApplyASnapshotThatClosesInTheMiddleOfABatch() throws Exception {
    sink.live(
        alice.put(1, POST, "stale", "cid1", post("stale")),
        bob.put(1, POST, "stale", "cid1", post("stale")));
    List<Incoming> mixed = new ArrayList<>();
    mixed.add(sink.nextLive(alice.put(6, POST, "before", "cid6", post("before"))));
    mixed.add(sink.nextBackfill(alice.held(5, POST, "a", "cid5", post("a"))));
    mixed.add(sink.nextBackfill(bob.held(5, POST, "a", "cid5", post("a"))));
    mixed.add(sink.nextBackfill(alice.closed(5)));
    mixed.add(sink.nextBackfill(bob.held(5, POST, "b", "cid5", post("b"))));
    mixed.add(sink.nextLive(alice.put(4, POST, "late", "cid4", post("late"))));
    mixed.add(sink.nextLive(alice.put(7, POST, "after", "cid7", post("after"))));
    mixed.add(sink.nextBackfill(bob.closed(5)));
    sink.batch(mixed);

    assertThat(database.rows("SELECT uri FROM record ORDER BY uri"))
        .containsExactly(
            alice.uri(POST, "a"),
            alice.uri(POST, "after"),
            alice.uri(POST, "before"),
            bob.uri(POST, "a"),
            bob.uri(POST, "b"));
  }

  @Test
  void shouldApplyASnapshotOverManyBatches() throws Exception {
    for (int i = 0; i < 30; i++) {
      sink.live(alice.put(1, POST, "r" + i, "cid" + i, post("t" + i)));
    }
    for (int i = 0; i < 20; i++) {
      sink.backfill(alice.held(5, POST, "r" + i, "cid" + i, post("t" + i)));
      assertThat(database.one("SELECT count(*) FROM record")).isEqualTo("30");
    }
    sink.backfill(alice.closed(5));

    assertThat(database.one("SELECT count(*) FROM record")).isEqualTo("20");
    assertThat(database.one("SELECT count(*) FROM post")).isEqualTo("20");
  }

  @Test
  void shouldRemoveInSlicesWhatAWideSnapshotDidNotContain() throws Exception {
    int many = 20_000 * 2 + 10;
    List<Incoming> before = new ArrayList<>();
    for (int i = 0; i < many; i++) {
      before.add(sink.nextLive(alice.put(1, POST, "r" + i, "cid" + i, post("t"))));
    }
    sink.batch(before);
    List<Incoming> mixed = new ArrayList<>();
    mixed.add(sink.nextBackfill(alice.held(5, POST, "r7", "cid7", post("t"))));
    mixed.add(sink.nextBackfill(alice.closed(5)));
    mixed.add(sink.nextBackfill(bob.held(5, POST, "b", "cid", post("b"))));
    sink.batch(mixed);

    assertThat(database.rows("SELECT uri FROM record ORDER BY uri"))
        .containsExactly(alice.uri(POST, "r7"), bob.uri(POST, "b"));
    assertThat(database.one("SELECT count(*) FROM post")).isEqualTo("2");
  }

  @Test
  void shouldGoOnAfterAWideSnapshotThatIsRefused() throws Exception {
    long before = sink.livePos();
    List<Incoming> wide = new ArrayList<>();
    for (int i = 0; i < 20_001; i++) {
      wide.add(sink.nextLive(alice.put(1, POST, "r" + i, "cid" + i, post("t"))));
    }
    sink.batch(wide);
    sink.live(alice.account(1, false, "deleted"));
    sink.backfill(alice.closed(5, Scope.FULL, before));
    sink.live(bob.put(1, POST, "b", "cid", post("b")));

    assertThat(database.one("SELECT count(*) FROM record")).isEqualTo("20002");
    assertThat(sink.counted("refused")).isEqualTo(1);
  }

  @Test
  void shouldRefuseASnapshotBegunBeforeADeletionAndAskAgain() throws Exception {
    long before = sink.livePos();
    sink.live(alice.account(1, false, "deleted"), alice.account(2, true, null));
    sink.backfill(
        alice.held(5, POST, "a", "cid5", post("a"), before), alice.closed(5, Scope.FULL, before));

    assertThat(records()).isEmpty();
    assertThat(sink.counted("refused")).isEqualTo(2);
    assertThat(SideTopic.requests(alice.did())).extracting("reason").contains("refused-snapshot");

    long after = sink.livePos();
    sink.backfill(
        alice.held(5, POST, "a", "cid5", post("a"), after), alice.closed(5, Scope.FULL, after));
    assertThat(records()).hasSize(1);
  }

  @Test
  void shouldRefuseAnOlderSnapshotBegunBeforeAReset() throws Exception {
    long before = sink.livePos();
    sink.live(alice.sync(6));
    sink.backfill(
        alice.held(5, POST, "old", "cid5", post("a"), before), alice.closed(5, Scope.FULL, before));
    assertThat(records()).isEmpty();

    sink.backfill(
        alice.held(6, POST, "new", "cid6", post("a"), before), alice.closed(6, Scope.FULL, before));
    assertThat(records()).containsExactly(row("new", "cid6", 6, revTime(6)));
  }

  @Test
  void shouldKeepTheNewestResetWhenASlowRelayTellsAnOlderOneLater() throws Exception {
    sink.live(alice.sync(6));
    long between = sink.livePos();
    sink.live(alice.sync(3), alice.sync(6));

    assertThat(sink.counted("stale")).isEqualTo(1);
    assertThat(sink.counted("duplicate")).isEqualTo(1);
    sink.backfill(alice.held(4, POST, "old", "cid4", post("a"), 0), alice.closed(4, Scope.FULL, 0));
    assertThat(records()).isEmpty();
    sink.backfill(
        alice.held(5, POST, "new", "cid5", post("a"), between),
        alice.closed(5, Scope.FULL, between));
    assertThat(records()).containsExactly(row("new", "cid5", 5, revTime(5)));
  }

  @Test
  void shouldOrderAccountStatusByPlaceInTheLiveLog() throws Exception {
    String status = "SELECT \"upstreamStatus\" FROM actor";
    long atFetch = sink.livePos();
    sink.live(alice.account(1, false, "suspended"));
    sink.backfill(alice.learnt(2, false, "deactivated", atFetch));
    assertThat(database.one(status)).isEqualTo("suspended");

    sink.backfill(alice.learnt(3, false, "takendown", sink.livePos()));
    assertThat(database.one(status)).isEqualTo("takendown");

    sink.live(alice.account(4, true, null));
    assertThat(database.one(status)).isEqualTo("-");
  }

  @Test
  void shouldHideNobodyForAWordThatSpeaksOfTheRelay() throws Exception {
    sink.live(alice.account(1, false, "desynchronized"), bob.account(1, false, "deleted"));

    assertThat(database.rows("SELECT did, \"upstreamStatus\" FROM actor ORDER BY did"))
        .containsExactly(alice.did() + "|-", bob.did() + "|deactivated");
    assertThat(database.rows("SELECT status FROM repo_state ORDER BY did"))
        .containsExactly("desynchronized", "deleted");
  }

  @Test
  void shouldLeaveTheOperatorsColumnsOfAnActorAndRecordAlone() throws Exception {
    sink.live(alice.put(2, POST, "a", "cid1", post("a")));
    database.execute(
        "UPDATE actor SET handle = 'h', \"takedownRef\" = 't', \"trustedVerifier\" = true");
    database.execute("UPDATE record SET \"takedownRef\" = 't'");
    sink.live(
        alice.put(1, POST, "b", "cidb", post("b")),
        alice.put(3, POST, "a", "cid3", post("changed")),
        alice.account(4, false, "suspended"));

    assertThat(
            database.one(
                "SELECT handle, \"takedownRef\", \"trustedVerifier\", \"upstreamStatus\", \"indexedAt\" FROM actor"))
        .isEqualTo("h|t|t|suspended|" + liveTime(1));
    assertThat(database.one("SELECT \"takedownRef\", cid FROM record WHERE uri LIKE '%/a'"))
        .isEqualTo("t|cid3");
  }

  @Test
  void shouldSetAsideARecordThatIsNotWhatItsLexiconSays() throws Exception {
    String bad = Records.of(FOLLOW, "\"subject\":\"bob\"");
    sink.live(
        alice.put(1, LIKE, "ok", "cid1", Events.like(alice.uri(POST, "a"))),
        alice.put(2, LIKE, "ok", "cid2", Records.of(LIKE, "")),
        alice.put(3, FOLLOW, "bad", "cid3", bad),
        alice.put(3, "app.bsky.actor.status", "self", "cid3", "{}"),
        alice.put(4, POST, "a", "cid4", post("a")));

    assertThat(records()).containsExactly(row("a", "cid4", 4, liveTime(4)));
    assertThat(database.rows("SELECT * FROM \"like\"")).isEmpty();
    assertThat(sink.deadLetters("invalid-record")).isEqualTo(3);
    assertThat(sink.deadLetters("invalid-record", FOLLOW)).isEqualTo(1);
    assertThat(SideTopic.letters(alice.did()))
        .extracting(DeadLetter::exception)
        .anySatisfy(why -> assertThat(why).contains("subject: "))
        .anySatisfy(why -> assertThat(why).contains("status: missing"));

    sink.backfill(alice.held(3, FOLLOW, "bad", "cid3", bad));
    assertThat(sink.deadLetters("invalid-record")).isEqualTo(3);
  }

  @Test
  void shouldSetAsideARecordWithABlobInItsFirstForm() throws Exception {
    String image = "{\"cid\":\"%s\",\"mimeType\":\"image/png\"}".formatted(Records.BLOB_CID);
    sink.live(alice.put(1, PROFILE, "self", "cid1", Records.of(PROFILE, "\"avatar\":" + image)));

    assertThat(records()).isEmpty();
    assertThat(sink.deadLetters("invalid-record", PROFILE)).isEqualTo(1);
  }

  /** As the AppView, which has a lexicon of it but does not ask. */
  @Test
  void shouldTakeAnyDeclarationOfChats() throws Exception {
    sink.live(alice.put(1, "chat.bsky.actor.declaration", "self", "cid1", "{}"));

    assertThat(records()).hasSize(1);
  }

  @Test
  void shouldKeepUnknownCollectionsInRecordOnly() throws Exception {
    sink.live(alice.put(1, "com.example.thing", "a", "cid1", "{\"any\":[1,{\"x\":null}]}"));

    assertThat(database.rows("SELECT json FROM record"))
        .containsExactly("{\"any\":[1,{\"x\":null}]}");
  }

  @Test
  void shouldMakeARowOfASelfProfileOnly() throws Exception {
    sink.live(
        alice.put(1, PROFILE, "self", "cid1", Records.of(PROFILE, "\"displayName\":\"Alice\"")),
        alice.put(1, PROFILE, "other", "cid2", Records.profile("Other")));

    assertThat(database.rows("SELECT \"displayName\", \"createdAt\" FROM profile"))
        .containsExactly("Alice|" + Records.CREATED);
    assertThat(records()).hasSize(2);
  }

  @Test
  void shouldStoreTextThatPostgresRefusesInADefinedWay() throws Exception {
    String json =
        Records.of(
            POST,
            "\"text\":\"a\\u0000b\\ud800c \\\\N \\\" 😀\",\"langs\":[],\"tags\":[\"e\\u0000n\",\"de\"]");
    sink.live(alice.put(1, POST, "a", "cid1", json));

    assertThat(database.one("SELECT json FROM record")).isEqualTo(json);
    assertThat(database.one("SELECT text, langs, tags FROM post"))
        .isEqualTo("a\uFFFDb\uFFFDc \\N \" 😀|-|[\"e\uFFFDn\", \"de\"]");
  }

  @Test
  void shouldSetAsideWhatIsNoEventAndGoOn() throws Exception {
    List<Incoming> events = new ArrayList<>();
    events.add(sink.incoming(Topic.FIREHOSE_LIVE, "{not json".getBytes(StandardCharsets.UTF_8)));
    events.add(
        sink.incoming(
            Topic.FIREHOSE_LIVE,
            "{\"type\":\"dance\",\"seq\":1,\"time\":\"t\",\"did\":\"d\",\"host\":\"h\"}"
                .getBytes(StandardCharsets.UTF_8)));
    events.add(sink.nextLive(alice.put(1, POST, "a", "cid1", post("a"))));
    sink.batch(events);

    assertThat(records()).hasSize(1);
    assertThat(sink.deadLetters("event")).isEqualTo(2);
  }

  @Test
  void shouldApplyEventsOfOneRevPerUriOnceWhenTwoRelaysSendThem() throws Exception {
    RepoEvent[] commit = {
      alice.put(1, POST, "a", "cid1", post("a")),
      alice.put(1, POST, "b", "cid2", post("b")),
      alice.commit(1)
    };
    sink.live(commit);
    sink.live(alice.delete(2, POST, "a"), alice.commit(2));
    sink.live(commit);

    assertThat(database.rows("SELECT uri FROM record")).containsExactly(alice.uri(POST, "b"));
    assertThat(database.one("SELECT \"repoRev\" FROM actor_sync")).isEqualTo(rev(2));
    assertThat(sink.counted("duplicate")).isEqualTo(1);
    assertThat(sink.counted("stale")).isEqualTo(2);
  }

  @Test
  void shouldRemoveTombstonesThatNothingOlderCanMeet() throws Exception {
    sink.live(alice.delete(1, POST, "old"), alice.delete(90_000, POST, "young"));
    Instant now = Instant.parse(liveTime(1)).plus(TombstoneRetention.AGE).plusSeconds(3600);

    TombstoneRetention retention =
        new TombstoneRetention(database.dataSource(), Clock.fixed(now, ZoneOffset.UTC));

    // Older copies come as long as a replay reads.
    database.execute("INSERT INTO replay (asked, listings, labels) VALUES ('all', false, false)");
    assertThat(retention.prune(() -> false)).isZero();
    database.execute("DELETE FROM replay");

    assertThat(retention.prune(() -> false)).isEqualTo(1);
    assertThat(database.rows("SELECT uri FROM tombstone"))
        .containsExactly(alice.uri(POST, "young"));
  }
}
