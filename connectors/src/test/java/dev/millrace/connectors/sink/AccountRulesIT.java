package dev.millrace.connectors.sink;

import static dev.millrace.connectors.sink.Events.FOLLOW;
import static dev.millrace.connectors.sink.Events.LIKE;
import static dev.millrace.connectors.sink.Events.POST;
import static dev.millrace.connectors.sink.Events.liveTime;
import static dev.millrace.connectors.sink.Events.post;
import static dev.millrace.connectors.sink.Events.rev;
import static dev.millrace.connectors.sink.Events.revTime;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.schema.event.RecordEvent;
import dev.millrace.schema.event.Scope;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Deletion, erasure, generations, inactive accounts: one by one, against a real database. */
class AccountRulesIT extends AppliedRules {
  private static final String ALICE = "did:plc:alice";

  private final Events alice = new Events(ALICE);
  private final Events bob = new Events("did:plc:bob");

  @AfterEach
  void checkCounters() throws Exception {
    assertThat(sink.miscounted()).isEmpty();
  }

  private static List<String> records() throws Exception {
    return database.rows("SELECT uri, cid, rev FROM record ORDER BY uri");
  }

  private String row(String rkey, String cid, String rev) {
    return String.join("|", alice.uri(POST, rkey), cid, rev);
  }

  private static @Nullable String state(String column) throws Exception {
    return database.one("SELECT " + column + " FROM repo_state WHERE did = 'did:plc:alice'");
  }

  @Test
  void shouldDemoteTheRowsOfADeletedAccountAndKeepWhatIsTheOperators() throws Exception {
    sink.live(alice.put(5, POST, "a", "cid5", post("a")), alice.delete(6, POST, "b"));
    sink.live(alice.commit(6), bob.put(5, POST, "a", "cid5", post("b")), bob.delete(6, POST, "b"));
    sink.backfill(alice.closed(4));
    database.execute("UPDATE record SET \"takedownRef\" = 't'");
    long deletedAt = sink.livePos();
    sink.live(alice.account(7, false, "deleted"));

    assertThat(records())
        .containsExactly(row("a", "cid5", ""), bob.uri(POST, "a") + "|cid5|" + rev(5));
    assertThat(database.one("SELECT \"takedownRef\", \"indexedAt\" FROM record WHERE rev = ''"))
        .isEqualTo("t|" + liveTime(5));
    assertThat(database.rows("SELECT uri FROM tombstone")).containsExactly(bob.uri(POST, "b"));
    assertThat(database.rows("SELECT did FROM actor_sync")).isEmpty();
    assertThat(state("generation, covered_rev")).isEqualTo((deletedAt + 1) + "|-");
    assertThat(database.one("SELECT \"upstreamStatus\" FROM actor WHERE did = 'did:plc:alice'"))
        .isEqualTo("deactivated");
  }

  @Test
  void shouldLetALowerRevOfTheNewGenerationWriteOverTheOldOne() throws Exception {
    sink.live(
        alice.put(50, POST, "a", "cid50", post("old")),
        alice.put(50, POST, "b", "cid50", post("old")),
        alice.put(50, POST, "same", "cid50", post("old")),
        alice.commit(50));
    sink.live(alice.account(51, false, "deleted"), alice.account(52, true, null));
    sink.live(alice.put(3, POST, "a", "cid3", post("new")), alice.commit(3));
    assertThat(database.one("SELECT \"repoRev\" FROM actor_sync")).isEqualTo(rev(3));

    long now = sink.livePos();
    sink.backfill(
        alice.held(3, POST, "a", "cid3", post("new"), now),
        alice.held(3, POST, "same", "cid50", post("old"), now),
        alice.closed(3, Scope.FULL, now));
    assertThat(records()).containsExactly(row("a", "cid3", rev(3)), row("same", "cid50", rev(3)));
    assertThat(database.rows("SELECT text FROM post ORDER BY text")).containsExactly("new", "old");
    assertThat(state("covered_rev")).isEqualTo(rev(3));
  }

  @Test
  void shouldNotBringAnEarlierGenerationBackWhenTheLiveLogIsReadAgain() throws Exception {
    List<Incoming> log =
        List.of(
            sink.nextLive(alice.put(50, POST, "a", "cid50", post("old"))),
            sink.nextLive(alice.commit(50)),
            sink.nextLive(alice.sync(51)),
            sink.nextLive(alice.account(52, false, "deleted")),
            sink.nextLive(alice.account(53, true, null)),
            sink.nextLive(alice.put(3, POST, "a", "cid3", post("new"))),
            sink.nextLive(alice.commit(3)));
    sink.batch(log);
    String states = state("generation, covered_rev, sync_rev, active");
    assertThat(records()).containsExactly(row("a", "cid3", rev(3)));

    sink.readAgain(log);

    assertThat(records()).containsExactly(row("a", "cid3", rev(3)));
    assertThat(database.rows("SELECT text FROM post")).containsExactly("new");
    assertThat(database.one("SELECT \"repoRev\" FROM actor_sync")).isEqualTo(rev(3));
    assertThat(state("generation, covered_rev, sync_rev, active")).isEqualTo(states);
  }

  @Test
  void shouldApplyEndAndBeginOfGenerationsWithinOneBatch() throws Exception {
    sink.live(alice.put(50, POST, "old", "cid50", post("old")));
    sink.backfill(alice.held(40, POST, "older", "cid40", post("o"), 0), alice.closed(40));
    List<Incoming> batch = new ArrayList<>();
    batch.add(sink.nextLive(alice.delete(51, POST, "x")));
    batch.add(sink.nextLive(alice.account(52, false, "deleted")));
    batch.add(sink.nextLive(alice.account(53, true, null)));
    batch.add(sink.nextLive(alice.delete(2, POST, "x")));
    batch.add(sink.nextLive(alice.put(3, POST, "live", "cid3", post("new"))));
    long now = sink.livePos();
    batch.add(sink.nextBackfill(alice.held(3, POST, "live", "cid3", post("new"), now)));
    batch.add(sink.nextBackfill(alice.held(2, POST, "x", "cid2", post("x"), now)));
    batch.add(sink.nextBackfill(alice.closed(3, Scope.FULL, now)));
    sink.batch(batch);

    assertThat(records()).containsExactly(row("live", "cid3", rev(3)));
    assertThat(database.rows("SELECT uri FROM tombstone")).isEmpty();
  }

  @Test
  void shouldKeepARecordThatTheNewGenerationHasAtTheSameRevAsTheOneBefore() throws Exception {
    sink.live(alice.put(5, POST, "a", "cid5", post("a")));
    // As a second relay tells it once more: the deletion, and the record again, in one batch.
    sink.live(
        alice.account(4, false, "deleted"),
        alice.account(4, true, null),
        alice.put(5, POST, "a", "cid5", post("a")));
    assertThat(records()).containsExactly(row("a", "cid5", rev(5)));

    sink.backfill(alice.closed(5, Scope.FULL, sink.livePos()));

    assertThat(records()).containsExactly(row("a", "cid5", rev(5)));
  }

  @Test
  void shouldRefuseTheRecordsOfASnapshotOfAnEarlierGeneration() throws Exception {
    long before = sink.livePos();
    sink.live(alice.account(1, false, "deleted"), alice.account(2, true, null));
    long after = sink.livePos();
    sink.backfill(alice.closed(9, Scope.FULL, after));
    sink.backfill(
        alice.held(5, POST, "a", "cid5", post("a"), before), alice.closed(5, Scope.FULL, before));

    assertThat(records()).isEmpty();
    assertThat(sink.counted("refused")).isEqualTo(1);
    assertThat(sink.counted("covered")).isEqualTo(1);
  }

  @Test
  void shouldStartAGenerationWhereAnOperatorResetsTheRepo() throws Exception {
    sink.live(alice.put(50, POST, "a", "cid50", post("stuck")), alice.commit(50));
    sink.backfill(alice.closed(49));
    long resetAt = sink.livePos();
    sink.live(alice.reset(51));

    assertThat(records()).containsExactly(row("a", "cid50", ""));
    assertThat(state("generation, covered_rev")).isEqualTo((resetAt + 1) + "|-");
    sink.backfill(alice.closed(60, Scope.FULL, resetAt));
    assertThat(sink.counted("refused")).isEqualTo(1);
    sink.backfill(
        alice.held(3, POST, "b", "cid3", post("mended"), resetAt + 1),
        alice.closed(3, Scope.FULL, resetAt + 1));
    assertThat(records()).containsExactly(row("b", "cid3", rev(3)));
  }

  @Test
  void shouldEraseAnAccountWhoseDeletionIsConfirmed() throws Exception {
    String hers = "at://did:plc:alice/app.bsky.feed.post/a";
    sink.live(
        alice.put(1, POST, "a", "cid1", post("a")),
        alice.put(1, LIKE, "l1", "cid1", Events.like("at://did:plc:bob/app.bsky.feed.post/a")),
        alice.put(1, LIKE, "l2", "cid1", Events.like("at://did:plc:bob/app.bsky.feed.post/a")),
        alice.put(1, FOLLOW, "f", "cid1", Events.follow("did:plc:bob")),
        alice.delete(1, POST, "gone"),
        bob.put(1, LIKE, "l", "cid1", Events.like(hers)),
        bob.put(1, POST, "a", "cid1", Events.reply(hers)));
    sink.identities(alice.resolved(1, "alice.test"));
    sink.derive();
    sink.live(alice.commit(1), alice.account(2, false, "deleted"));
    sink.backfill(alice.gone(3, sink.livePos()));
    sink.derive();

    assertThat(database.rows("SELECT uri FROM record ORDER BY uri"))
        .containsExactly(bob.uri(LIKE, "l"), bob.uri(POST, "a"));
    for (String table : List.of("actor", "actor_sync", "tombstone", "handle_claim")) {
      assertThat(database.rows("SELECT * FROM " + table + " WHERE did = 'did:plc:alice'"))
          .as(table)
          .isEmpty();
    }
    assertThat(database.rows("SELECT * FROM duplicate_record")).isEmpty();
    assertThat(database.rows("SELECT uri, \"likeCount\", \"replyCount\" FROM post_agg ORDER BY 1"))
        .containsExactly(hers + "|1|1");
    assertThat(state("active, status, account_live")).isEqualTo("f|deleted|f");
  }

  @Test
  void shouldLeaveNoRowOfAnErasedAccountInAnyTable() throws Exception {
    String bobs = "at://did:plc:bob/app.bsky.feed.post/a";
    String own = alice.uri(POST, "a");
    String image =
        "{%s\"image\":"
            + Records.blob("image/png")
            + ",\"alt\":\"\",\"aspectRatio\":{\"width\":1,\"height\":1}}";
    sink.live(
        alice.put(
            1,
            POST,
            "a",
            "cid1",
            Records.postWith(
                """
                {"$type":"app.bsky.embed.recordWithMedia","record":{"record":%s},
                 "media":{"$type":"app.bsky.embed.images","images":[%s]}}"""
                    .formatted(Records.ref(bobs), image.formatted("")))),
        alice.put(
            1,
            POST,
            "b",
            "cid2",
            Records.postWith(
                """
                {"$type":"app.bsky.embed.gallery","items":[%s]}"""
                    .formatted(image.formatted("\"$type\":\"app.bsky.embed.gallery#image\",")))),
        alice.put(
            1,
            POST,
            "c",
            "cid3",
            Records.postWith(
                """
                {"$type":"app.bsky.embed.external",
                 "external":{"uri":"https://u.example","title":"","description":""}}""")),
        alice.put(
            1,
            POST,
            "d",
            "cid4",
            Records.postWith(
                """
                {"$type":"app.bsky.embed.video","video":%s}"""
                    .formatted(Records.blob("video/mp4")))),
        alice.put(1, LIKE, "l1", "cid1", Events.like(own)),
        alice.put(1, LIKE, "l2", "cid1", Events.like(own)),
        alice.put(1, Events.REPOST, "r1", "cid1", Records.onRecord(Events.REPOST, bobs)),
        alice.put(1, Events.REPOST, "r2", "cid1", Records.onRecord(Events.REPOST, bobs)),
        alice.put(1, FOLLOW, "f", "cid1", Events.follow("did:plc:bob")),
        put("app.bsky.graph.block", "b", "\"subject\":\"did:plc:bob\""),
        put("app.bsky.actor.profile", "self", ""),
        put("app.bsky.actor.status", "self", "\"status\":\"app.bsky.actor.status#live\""),
        put("app.bsky.labeler.service", "self", "\"policies\":{\"labelValues\":[]}"),
        alice.put(
            1,
            "app.bsky.graph.starterpack",
            "s",
            "cid1",
            Records.starterPack("s", alice.uri("app.bsky.graph.list", "l"))),
        put("app.bsky.feed.generator", "g", "\"did\":\"did:web:g.test\",\"displayName\":\"g\""),
        put("app.bsky.graph.list", "l", "\"name\":\"n\",\"purpose\":\"p\""),
        alice.put(
            1,
            "app.bsky.graph.listitem",
            "i",
            "cid1",
            Records.item("did:plc:bob", alice.uri("app.bsky.graph.list", "l"))),
        put(
            "app.bsky.graph.listblock",
            "b",
            "\"subject\":\"at://did:plc:bob/app.bsky.graph.list/l\""),
        alice.put(
            1,
            "app.bsky.graph.verification",
            "v",
            "cid1",
            Records.verification("did:plc:bob", "bob.test", "")),
        put("app.bsky.feed.threadgate", "a", "\"post\":\"" + own + "\""),
        put("app.bsky.feed.postgate", "a", "\"post\":\"" + own + "\""),
        alice.delete(1, POST, "gone"),
        alice.commit(1));
    sink.identities(alice.resolved(1, "alice.test"));
    sink.derive();
    assertThat(tablesThatName(ALICE))
        .contains(
            "actor",
            "actor_block",
            "actor_sync",
            "duplicate_record",
            "feed_generator",
            "feed_item",
            "follow",
            "handle_claim",
            "labeler",
            "like",
            "list",
            "list_block",
            "list_item",
            "post",
            "post_agg",
            "post_embed_external",
            "post_embed_gallery_image",
            "post_embed_image",
            "post_embed_record",
            "post_embed_video",
            "post_gate",
            "profile",
            "profile_agg",
            "quote",
            "record",
            "repost",
            "starter_pack",
            "thread_gate",
            "tombstone",
            "verification");

    sink.live(alice.account(2, false, "deleted"));
    sink.backfill(alice.gone(3, sink.livePos()));
    sink.derive();

    // Only what refuses the account's later events.
    assertThat(tablesThatName(ALICE)).containsExactly("repo_state");
  }

  /** Alice writes a record of these fields at rev 1. */
  private RecordEvent put(String collection, String rkey, String fields) {
    return alice.put(1, collection, rkey, "cid1", Records.of(collection, fields));
  }

  /** Every table that has the text in any column of any row. */
  private static List<String> tablesThatName(String text) throws Exception {
    List<String> named = new ArrayList<>();
    for (String table :
        database.rows(
            "SELECT tablename FROM pg_tables WHERE schemaname = current_schema() ORDER BY 1")) {
      if (!database
          .rows("SELECT 1 FROM \"" + table + "\" t WHERE t::text LIKE '%" + text + "%' LIMIT 1")
          .isEmpty()) {
        named.add(table);
      }
    }
    return named;
  }

  @Test
  void shouldKeepWhatTheOperatorSaidOfAnErasedAccount() throws Exception {
    sink.live(alice.put(1, POST, "a", "cid1", post("a")), alice.commit(1));
    sink.identities(alice.resolved(1, "alice.test"));
    sink.derive();
    database.execute("UPDATE actor SET \"takedownRef\" = 't' WHERE did = 'did:plc:alice'");
    sink.live(alice.account(2, false, "deleted"));
    sink.backfill(alice.gone(3, sink.livePos()));
    sink.derive();

    String row =
        "SELECT handle, \"upstreamStatus\", \"takedownRef\" FROM actor WHERE did = 'did:plc:alice'";
    assertThat(database.rows(row)).containsExactly("-|deactivated|t");
    sink.live(alice.account(4, true, null), alice.put(4, POST, "b", "cid4", post("b")));
    assertThat(database.rows(row)).containsExactly("-|-|t");
  }

  @Test
  void shouldEraseInSlicesAndGoOn() throws Exception {
    int many = 20_000 + 10;
    List<Incoming> before = new ArrayList<>();
    for (int i = 0; i < many; i++) {
      before.add(sink.nextLive(alice.put(1, POST, "r" + i, "cid" + i, post("t"))));
    }
    sink.batch(before);
    List<Incoming> mixed = new ArrayList<>();
    mixed.add(sink.nextLive(alice.put(1, POST, "last", "cid", post("t"))));
    mixed.add(sink.nextBackfill(alice.gone(3, sink.livePos())));
    mixed.add(sink.nextBackfill(bob.held(5, POST, "b", "cid", post("b"), 0)));
    sink.batch(mixed);

    assertThat(database.rows("SELECT uri FROM record")).containsExactly(bob.uri(POST, "b"));
    assertThat(database.rows("SELECT did FROM profile_agg WHERE did = 'did:plc:alice'")).isEmpty();
  }

  @Test
  void shouldNotEraseWhatALaterWordOnTheAccountKeeps() throws Exception {
    sink.live(alice.put(1, POST, "a", "cid1", post("a")), alice.account(2, false, "deleted"));
    long asked = sink.livePos();
    sink.live(alice.account(3, true, null));
    sink.backfill(alice.gone(3, asked));

    assertThat(records()).hasSize(1);
    assertThat(sink.counted("stale")).isEqualTo(1);
    assertThat(database.one("SELECT \"upstreamStatus\" FROM actor")).isEqualTo("-");
  }

  @Test
  void shouldBringNothingBackAfterAnErasure() throws Exception {
    Events carol = new Events("did:plc:carol" + System.nanoTime());
    long before = sink.livePos();
    sink.live(carol.put(1, POST, "a", "cid1", post("a")), carol.account(2, false, "deleted"));
    sink.backfill(carol.gone(3, sink.livePos()));
    // A slow relay, and a snapshot that was on its way.
    sink.live(carol.put(1, POST, "a", "cid1", post("a")), carol.commit(1));
    sink.backfill(
        carol.held(1, POST, "a", "cid1", post("a"), before), carol.closed(1, Scope.FULL, before));

    assertThat(records()).isEmpty();
    assertThat(database.rows("SELECT did FROM actor")).isEmpty();
    assertThat(database.rows("SELECT did FROM actor_sync")).isEmpty();
    assertThat(sink.counted("inactive")).isEqualTo(3);
    assertThat(SideTopic.requests(carol.did())).isEmpty();
  }

  @Test
  void shouldTakeARecreatedAccountInAfterAnErasure() throws Exception {
    sink.live(alice.put(50, POST, "a", "cid1", post("a")), alice.account(51, false, "deleted"));
    sink.backfill(alice.gone(52, sink.livePos()));
    sink.live(
        alice.account(60, true, null), alice.put(3, POST, "b", "cid3", post("b")), alice.commit(3));

    assertThat(records()).containsExactly(row("b", "cid3", rev(3)));
    assertThat(database.one("SELECT \"upstreamStatus\", \"indexedAt\" FROM actor"))
        .isEqualTo("-|" + liveTime(3));
  }

  @Test
  void shouldLeaveOutLiveCommitsOfAnAccountThatIsNotActive() throws Exception {
    sink.live(alice.put(1, POST, "a", "cid1", post("a")), alice.commit(1));
    sink.live(
        alice.account(2, false, "deactivated"),
        alice.put(3, POST, "b", "cid3", post("b")),
        alice.delete(3, POST, "a"),
        alice.commit(3),
        alice.sync(4));

    assertThat(records()).containsExactly(row("a", "cid1", rev(1)));
    assertThat(database.one("SELECT \"repoRev\" FROM actor_sync")).isEqualTo(rev(1));
    assertThat(sink.counted("inactive")).isEqualTo(4);

    sink.live(alice.account(5, true, null), alice.put(6, POST, "c", "cid6", post("c")));
    assertThat(records()).hasSize(2);
  }

  @Test
  void shouldApplyCommitsWhereAWordHidesNobody() throws Exception {
    sink.live(alice.account(1, false, "throttled"), alice.put(2, POST, "a", "cid2", post("a")));

    assertThat(records()).hasSize(1);
  }

  @Test
  void shouldAskForTheRepoWhenEventsWereLeftOutAfterTheStatusTurnedOutFalse() throws Exception {
    Events carol = new Events("did:plc:carol" + System.nanoTime());
    sink.live(carol.account(1, false, "suspended"));
    long asked = sink.livePos();
    sink.live(carol.put(2, POST, "a", "cid2", post("a")), carol.commit(2));
    sink.backfill(carol.learnt(2, true, null, asked));

    assertThat(sink.counted("missed")).isEqualTo(1);
    assertThat(SideTopic.requests(carol.did())).extracting("reason").containsExactly("active");
  }

  @Test
  void shouldAskForTheRepoWhenTheLiveLogShowsAnAccountThatAnAnswerHid() throws Exception {
    // The tracker may have heard the answer only after the live word, and so asks for nothing.
    Events carol = new Events("did:plc:carol" + System.nanoTime());
    sink.live(carol.put(1, POST, "a", "cid1", post("a")), carol.commit(1));
    sink.backfill(carol.learnt(1, false, "deactivated", sink.livePos()));
    sink.live(carol.put(2, POST, "b", "cid2", post("b")), carol.commit(2));
    sink.live(carol.account(3, true, null));

    assertThat(sink.counted("missed")).isEqualTo(1);
    assertThat(SideTopic.requests(carol.did())).extracting("reason").containsExactly("active");
    sink.live(carol.account(4, false, "deactivated"), carol.account(5, true, null));
    assertThat(sink.counted("missed")).as("nothing was left out since").isEqualTo(1);
  }

  @Test
  void shouldNotAskWhenTheFetchBeganAfterWhatWasLeftOut() throws Exception {
    Events carol = new Events("did:plc:carol" + System.nanoTime());
    sink.live(
        carol.account(1, false, "suspended"),
        carol.put(2, POST, "a", "cid2", post("a")),
        carol.commit(2));
    sink.backfill(carol.learnt(2, true, null, sink.livePos()));

    assertThat(sink.counted("missed")).isZero();
    assertThat(database.one("SELECT \"upstreamStatus\" FROM actor")).isEqualTo("-");
  }

  @Test
  void shouldKeepTheEarliestTimeWhenAnAccountOnlyMoved() throws Exception {
    sink.live(alice.put(5, POST, "a", "cid5", post("a")), alice.commit(5));
    sink.live(alice.account(6, false, "deleted"), alice.account(7, true, null));
    long now = sink.livePos();
    sink.backfill(
        alice.held(9, POST, "a", "cid5", post("a"), now), alice.closed(9, Scope.FULL, now));

    assertThat(database.one("SELECT rev, \"indexedAt\" FROM record"))
        .isEqualTo(rev(9) + "|" + liveTime(5))
        .isNotEqualTo(rev(9) + "|" + revTime(9));
  }
}
