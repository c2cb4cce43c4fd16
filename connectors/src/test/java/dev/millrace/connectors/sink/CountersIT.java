package dev.millrace.connectors.sink;

import static dev.millrace.connectors.sink.Events.FOLLOW;
import static dev.millrace.connectors.sink.Events.LIKE;
import static dev.millrace.connectors.sink.Events.POST;
import static dev.millrace.connectors.sink.Events.REPOST;
import static dev.millrace.connectors.sink.Events.follow;
import static dev.millrace.connectors.sink.Events.like;
import static dev.millrace.connectors.sink.Events.post;
import static dev.millrace.connectors.sink.Events.reply;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.connectors.sink.verify.Recount.Difference;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Counters move exactly as the rows do. */
class CountersIT extends AppliedRules {
  private static final String SUBJECT = "at://did:plc:s/app.bsky.feed.post/a";

  private final Events alice = new Events("did:plc:alice");
  private final Events bob = new Events("did:plc:bob");

  private static List<String> ofPosts() throws Exception {
    return database.rows(
        "SELECT uri, \"likeCount\", \"repostCount\", \"replyCount\", \"quoteCount\" FROM post_agg ORDER BY uri");
  }

  private static List<String> ofActors() throws Exception {
    return database.rows(
        "SELECT did, \"followersCount\", \"followsCount\", \"postsCount\" FROM profile_agg ORDER BY did");
  }

  @Test
  void shouldCountLikesRepostsAndReplies() throws Exception {
    sink.live(
        alice.put(1, LIKE, "l", "cid1", like(SUBJECT)),
        bob.put(1, LIKE, "l", "cid1", like(SUBJECT)),
        bob.put(1, REPOST, "r", "cid1", Records.onRecord(REPOST, SUBJECT)),
        bob.put(1, POST, "p", "cid1", reply(SUBJECT)));

    assertThat(ofPosts()).containsExactly(SUBJECT + "|2|1|1|0");
    assertThat(ofActors()).containsExactly("did:plc:bob|0|0|1");
    sink.live(alice.delete(2, LIKE, "l"), bob.delete(2, POST, "p"));
    assertThat(ofPosts()).containsExactly(SUBJECT + "|1|1|0|0");
    assertThat(sink.miscounted()).isEmpty();
  }

  @Test
  void shouldCountFollowersFollowsAndPosts() throws Exception {
    sink.live(
        alice.put(1, FOLLOW, "f", "cid1", follow("did:plc:bob")),
        alice.put(1, FOLLOW, "g", "cid1", follow("did:plc:s")),
        bob.put(1, FOLLOW, "f", "cid1", follow("did:plc:s")),
        bob.put(1, POST, "p", "cid1", post("p")));

    assertThat(ofActors())
        .containsExactly("did:plc:alice|0|2|0", "did:plc:bob|1|1|1", "did:plc:s|2|0|0");
    sink.backfill(alice.closed(5));
    assertThat(ofActors()).containsExactly("did:plc:bob|0|1|1", "did:plc:s|1|0|0");
    assertThat(sink.miscounted()).isEmpty();
  }

  @Test
  void shouldCountASecondLikeOfOnePostOnce() throws Exception {
    sink.live(alice.put(2, LIKE, "b", "cid1", like(SUBJECT)));
    sink.live(alice.put(3, LIKE, "a", "cid1", like(SUBJECT)));
    assertThat(ofPosts()).containsExactly(SUBJECT + "|1|0|0|0");
    sink.live(alice.delete(4, LIKE, "a"));
    assertThat(ofPosts()).containsExactly(SUBJECT + "|1|0|0|0");
    sink.live(alice.delete(5, LIKE, "b"), alice.put(6, LIKE, "c", "cid1", like(SUBJECT)));
    assertThat(ofPosts()).containsExactly(SUBJECT + "|1|0|0|0");
    sink.live(alice.delete(7, LIKE, "c"));
    assertThat(ofPosts()).isEmpty();
    assertThat(sink.miscounted()).isEmpty();
  }

  @Test
  void shouldMoveTheCountWithASubjectThatChanges() throws Exception {
    sink.live(alice.put(1, LIKE, "l", "cid1", like(SUBJECT)));
    sink.live(alice.put(2, LIKE, "l", "cid2", like(SUBJECT + "b")));

    assertThat(ofPosts()).containsExactly(SUBJECT + "b|1|0|0|0");
  }

  @Test
  void shouldKeepARowThatOnlyTheAppViewCountsIn() throws Exception {
    sink.live(alice.put(1, LIKE, "l", "cid1", like(SUBJECT)));
    database.execute("UPDATE post_agg SET \"bookmarkCount\" = 1");
    sink.live(alice.delete(2, LIKE, "l"));

    assertThat(ofPosts()).containsExactly(SUBJECT + "|0|0|0|0");
  }

  @Test
  void shouldForgetTheZerosOfAnErasedAccountHoweverTheyCame() throws Exception {
    sink.live(
        alice.put(1, POST, "p", "cid1", post("p")), bob.put(1, LIKE, "l", "cid1", like(SUBJECT)));
    database.execute(
        "INSERT INTO post_agg (uri) VALUES ('" + alice.uri(POST, "p") + "'), ('" + SUBJECT + "x')");
    sink.backfill(alice.gone(2, 9));

    assertThat(ofPosts()).containsExactly(SUBJECT + "|1|0|0|0", SUBJECT + "x|0|0|0|0");
    assertThat(ofActors()).isEmpty();
  }

  @Test
  void shouldLeaveNoCounterOfAnErasedAccountOnceOthersLetGoOfIt() throws Exception {
    String post = alice.uri(POST, "p");
    sink.live(
        alice.put(1, POST, "p", "cid1", post("p")), bob.put(1, LIKE, "l", "cid1", like(post)));
    sink.backfill(alice.gone(2, 9));
    assertThat(ofPosts()).containsExactly(post + "|1|0|0|0");
    sink.live(bob.delete(2, LIKE, "l"));

    assertThat(ofPosts()).isEmpty();
  }

  @Test
  void shouldCountNothingTwiceThatIsToldTwice() throws Exception {
    sink.live(alice.put(1, POST, "p", "cid1", reply(SUBJECT)));
    sink.live(alice.put(1, POST, "p", "cid1", reply(SUBJECT)));
    sink.backfill(alice.held(5, POST, "p", "cid1", reply(SUBJECT)), alice.closed(5));
    sink.live(alice.put(1, POST, "never", "cid2", Records.of(POST, "\"text\":7")));

    assertThat(ofPosts()).containsExactly(SUBJECT + "|0|0|1|0");
    assertThat(ofActors()).containsExactly("did:plc:alice|0|0|1");
  }

  @Test
  void shouldFindCountersThatAreWrong() throws Exception {
    sink.live(alice.put(1, LIKE, "l", "cid1", like(SUBJECT)));
    database.execute("UPDATE post_agg SET \"likeCount\" = 7");
    database.execute("INSERT INTO profile_agg (did, \"postsCount\") VALUES ('did:plc:x', 1)");
    database.execute("INSERT INTO profile_agg (did) VALUES ('did:plc:zero')");

    assertThat(sink.miscounted())
        .containsExactlyInAnyOrder(
            new Difference("post_agg.likeCount", SUBJECT, 7, 1),
            new Difference("profile_agg.postsCount", "did:plc:x", 1, 0));
    database.execute("TRUNCATE post_agg, profile_agg");
    assertThat(sink.miscounted())
        .containsExactly(new Difference("post_agg.likeCount", SUBJECT, 0, 1));
  }

  @Test
  void shouldBearManyWritersOfTheSamePosts() throws Exception {
    int writers = 4;
    try (ExecutorService threads = Executors.newFixedThreadPool(writers)) {
      List<Future<?>> running = new ArrayList<>();
      for (int w = 0; w < writers; w++) {
        int writer = w;
        Callable<Void> work =
            () -> {
              try (AppliedBatches own = new AppliedBatches(database, writer)) {
                for (int round = 0; round < 10; round++) {
                  List<Incoming> batch = new ArrayList<>();
                  for (int i = 0; i < 40; i++) {
                    // Each in another order.
                    int post = (i * 7 + writer * 13) % 40;
                    batch.add(
                        own.nextLive(
                            new Events("did:plc:w" + writer + "r" + round)
                                .put(1, LIKE, "l" + i, "cid", like(SUBJECT + post))));
                  }
                  own.batch(batch);
                }
              }
              return null;
            };
        running.add(threads.submit(work));
      }
      for (Future<?> future : running) {
        future.get();
      }
    }
    assertThat(
            database.one("SELECT count(*), min(\"likeCount\"), max(\"likeCount\") FROM post_agg"))
        .isEqualTo("40|40|40");
    assertThat(sink.miscounted()).isEmpty();
  }
}
