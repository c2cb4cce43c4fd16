package dev.millrace.connectors.sink;

import static dev.millrace.connectors.sink.Events.FOLLOW;
import static dev.millrace.connectors.sink.Events.POST;
import static dev.millrace.connectors.sink.Posts.LIST;
import static dev.millrace.connectors.sink.Posts.LIST_ITEM;
import static dev.millrace.connectors.sink.Posts.POST_GATE;
import static dev.millrace.connectors.sink.Posts.THREAD_GATE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.connectors.sink.collection.NotificationAge;
import dev.millrace.schema.event.RepoEvent;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What posts have of other repos: flags, notifications, the author's own thread. */
class DerivedPostsIT extends AppliedRules {
  private final Events alice = new Events("did:plc:alice");
  private final Events bob = new Events("did:plc:bob");
  private final Events carol = new Events("did:plc:carol");
  private final Events dave = new Events("did:plc:dave");
  private final String root = alice.uri(POST, "root");
  private final String reply = bob.uri(POST, "reply");

  private void put(Events who, String collection, String rkey, String json) throws Exception {
    sink.live(who.put(1, collection, rkey, rkey + "cid", json));
    sink.derive();
  }

  private void delete(Events who, String collection, String rkey) throws Exception {
    sink.live(who.delete(2, collection, rkey));
    sink.derive();
  }

  /** Who is told what of whom, by record key. */
  private static List<String> told() throws Exception {
    return database.rows(
        """
        SELECT substr(did, 9), reason, substr(author, 9), regexp_replace("recordUri", '.*/', ''),
               regexp_replace("reasonSubject", '.*/', '')
        FROM notification ORDER BY 4, 1, 2""");
  }

  private static @Nullable String flags(String rkey) throws Exception {
    return database.one(
        "SELECT concat_ws(' ', 'invalid ' || \"invalidReplyRoot\", 'violates ' || \"violatesThreadGate\","
            + " 'quotes ' || \"violatesEmbeddingRules\", 'gate ' || \"hasThreadGate\", 'postgate ' ||"
            + " \"hasPostGate\") FROM post WHERE uri LIKE '%/"
            + rkey
            + "'");
  }

  private @Nullable String replies() throws Exception {
    assertThat(sink.miscounted()).isEmpty();
    return database.one("SELECT coalesce(sum(\"replyCount\"), 0) FROM post_agg");
  }

  @Test
  void shouldTellTheFourAboveOfAReplyAndEachOnce() throws Exception {
    put(alice, POST, "root", Posts.post());
    put(bob, POST, "b", Posts.reply(root, root));
    put(carol, POST, "c", Posts.reply(root, bob.uri(POST, "b")));
    put(dave, POST, "d", Posts.reply(root, carol.uri(POST, "c"), carol.did(), dave.did()));
    put(bob, POST, "e", Posts.reply(root, dave.uri(POST, "d")));
    put(carol, POST, "f", Posts.reply(root, bob.uri(POST, "e")));

    assertThat(told())
        .containsExactly(
            "alice|reply|bob|b|root",
            "alice|reply|carol|c|root",
            "bob|reply|carol|c|b",
            "alice|reply|dave|d|root",
            "bob|reply|dave|d|b",
            "carol|mention|dave|d|-",
            "alice|reply|bob|e|root",
            "carol|reply|bob|e|c",
            "dave|reply|bob|e|d",
            "bob|reply|carol|f|e",
            "dave|reply|carol|f|d");
    assertThat(database.one("SELECT DISTINCT \"sortAt\" FROM notification"))
        .isEqualTo(Posts.SORT_AT);
  }

  @Test
  void shouldTakeRepliesThatCameBeforeTheirRoot() throws Exception {
    put(carol, POST, "c", Posts.reply(root, reply));
    put(bob, POST, "reply", Posts.reply(root, root));
    assertThat(flags("reply")).isEqualTo("invalid true violates false");
    assertThat(flags("c")).isEqualTo("invalid true violates false");
    assertThat(told()).containsExactly("bob|reply|carol|c|reply");

    put(alice, POST, "root", Posts.post());
    assertThat(flags("reply")).isEmpty();
    assertThat(flags("c")).isEmpty();
    assertThat(told())
        .containsExactly(
            "alice|reply|carol|c|root", "bob|reply|carol|c|reply", "alice|reply|bob|reply|root");

    delete(bob, POST, "reply");
    assertThat(flags("c")).isEqualTo("invalid true violates false");
    assertThat(told()).isEmpty();
  }

  @Test
  void shouldDeriveWhatNamesAPlaceWithinAPost() throws Exception {
    put(alice, POST, "root", Posts.post());
    put(bob, POST, "reply", Posts.reply(root + "#/text", root + "#/text"));
    put(carol, POST, "c", Posts.quote(root + "#/text"));

    assertThat(flags("reply")).isEqualTo("invalid true violates false");
    assertThat(database.rows("SELECT key FROM derive_queue")).isEmpty();
  }

  @Test
  void shouldNotTrustRepliesInACircle() throws Exception {
    put(alice, POST, "root", Posts.post());
    put(bob, POST, "reply", Posts.reply(root, carol.uri(POST, "c")));
    put(carol, POST, "c", Posts.reply(root, reply));
    assertThat(flags("reply")).isEqualTo("invalid true violates false");
    assertThat(flags("c")).isEqualTo("invalid true violates false");
  }

  @Test
  void shouldNotTrustAReplyWhoseParentIsOfAnotherThread() throws Exception {
    put(alice, POST, "root", Posts.post());
    put(alice, POST, "other", Posts.post());
    put(bob, POST, "reply", Posts.reply(alice.uri(POST, "other"), alice.uri(POST, "other")));
    put(carol, POST, "c", Posts.reply(root, reply));
    assertThat(flags("c")).isEqualTo("invalid true violates false");
    put(dave, POST, "d", Posts.reply(reply, reply));
    assertThat(flags("d")).isEqualTo("invalid true violates false");
  }

  @Test
  void shouldApplyAGateWheneverItComes() throws Exception {
    put(alice, THREAD_GATE, "root", Posts.threadGate(root, ""));
    put(bob, POST, "reply", Posts.reply(root, root));
    assertThat(flags("reply")).isEqualTo("invalid true violates true");
    assertThat(replies()).isEqualTo("0");
    put(alice, POST, "root", Posts.post());
    assertThat(flags("root")).isEqualTo("gate true");
    assertThat(flags("reply")).isEqualTo("invalid false violates true");
    assertThat(told()).isEmpty();

    delete(alice, THREAD_GATE, "root");
    assertThat(flags("root")).isEmpty();
    assertThat(flags("reply")).isEmpty();
    assertThat(replies()).isEqualTo("1");
    assertThat(told()).containsExactly("alice|reply|bob|reply|root");

    sink.live(alice.put(3, THREAD_GATE, "root", "again", Posts.threadGate(root, "")));
    sink.derive();
    assertThat(flags("reply")).isEqualTo("invalid false violates true");
    assertThat(replies()).isEqualTo("0");
    assertThat(told()).isEmpty();
    delete(bob, POST, "reply");
    assertThat(replies()).isEqualTo("0");
  }

  @Test
  void shouldLetThoseReplyWhomTheGateAdmits() throws Exception {
    String list = alice.uri(LIST, "l");
    put(alice, POST, "root", Posts.post(carol.did()));
    put(
        alice,
        THREAD_GATE,
        "root",
        Posts.threadGate(root, "", "mentionRule", "followerRule", "followingRule", list));
    put(alice, POST, "own", Posts.reply(root, root));
    put(bob, POST, "reply", Posts.reply(root, root));
    put(carol, POST, "c", Posts.reply(root, root));
    assertThat(flags("own")).isEmpty();
    assertThat(flags("c")).isEmpty();
    assertThat(flags("reply")).isEqualTo("invalid false violates true");

    put(bob, FOLLOW, "f", Posts.follow(alice.did()));
    assertThat(flags("reply")).isEmpty();
    delete(bob, FOLLOW, "f");
    assertThat(flags("reply")).isEqualTo("invalid false violates true");
    put(alice, FOLLOW, "f", Posts.follow(bob.did()));
    assertThat(flags("reply")).isEmpty();
    delete(alice, FOLLOW, "f");
    put(alice, LIST_ITEM, "i", Posts.listItem(list, bob.did()));
    assertThat(flags("reply")).isEmpty();
    delete(alice, LIST_ITEM, "i");
    assertThat(flags("reply")).isEqualTo("invalid false violates true");
    assertThat(replies()).isEqualTo("2");

    sink.live(alice.put(2, POST, "root", "names bob", Posts.post(bob.did())));
    sink.derive();
    assertThat(flags("reply")).isEmpty();
    assertThat(flags("c")).isEqualTo("invalid false violates true");
    assertThat(replies()).isEqualTo("2");
  }

  @Test
  void shouldTellNobodyAboveAHiddenReply() throws Exception {
    put(alice, POST, "root", Posts.post());
    put(bob, POST, "reply", Posts.reply(root, root));
    put(carol, POST, "c", Posts.reply(root, reply));
    put(alice, THREAD_GATE, "root", Posts.hiding(root, reply));
    assertThat(flags("c")).isEmpty();
    assertThat(told()).containsExactly("bob|reply|carol|c|reply", "alice|reply|bob|reply|root");
  }

  @Test
  void shouldForbidQuotesOfAClosedPostWheneverItCloses() throws Exception {
    put(alice, POST, "root", Posts.post());
    put(bob, POST, "q", Posts.quote(root));
    put(alice, POST, "own", Posts.quote(root));
    assertThat(told()).containsExactly("alice|quote|bob|q|root");
    put(alice, POST_GATE, "root", Posts.closedPostGate(root));
    put(carol, POST, "r", Posts.quote(root));
    assertThat(flags("root")).isEqualTo("postgate true");
    assertThat(flags("q")).isEqualTo("quotes true");
    assertThat(flags("r")).isEqualTo("quotes true");
    assertThat(flags("own")).isEmpty();
    assertThat(told()).isEmpty();
    delete(alice, POST_GATE, "root");
    assertThat(told()).containsExactly("alice|quote|bob|q|root", "alice|quote|carol|r|root");
  }

  @Test
  void shouldKeepTheAuthorsOwnRepliesOfAThread() throws Exception {
    put(alice, POST, "own", Posts.reply(root, root));
    put(bob, POST, "reply", Posts.reply(root, root));
    put(alice, POST, "back", Posts.reply(root, reply));
    assertThat(
            database.rows(
                "SELECT \"rootUri\", \"parentUri\", uri, \"deletedAt\" FROM op_thread_reply ORDER BY uri"))
        .containsExactly(
            String.join("|", root, reply, alice.uri(POST, "back"), "-"),
            String.join("|", root, root, alice.uri(POST, "own"), "-"));
    delete(alice, POST, "back");
    assertThat(database.rows("SELECT uri FROM op_thread_reply"))
        .containsExactly(alice.uri(POST, "own"));
  }

  @Test
  void shouldTellOfAnotherVersionOnlyWhatItSays() throws Exception {
    put(alice, POST, "m", Posts.post(bob.did(), carol.did()));
    sink.live(alice.put(2, POST, "m", "other", Posts.post(carol.did(), dave.did())));
    sink.derive();
    assertThat(told()).containsExactly("carol|mention|alice|m|-", "dave|mention|alice|m|-");
    assertThat(database.rows("SELECT DISTINCT \"recordCid\" FROM notification"))
        .containsExactly("other");
  }

  @Test
  void shouldTellNobodyOfWhatIsTooOld() throws Exception {
    Clock clock = Clock.fixed(Instant.parse("2026-02-01T00:00:00Z"), ZoneOffset.UTC);
    sink.close();
    sink = new AppliedBatches(database, new NotificationAge(Duration.ofDays(30), clock));
    put(alice, POST, "root", Posts.post(carol.did()));
    put(bob, Events.LIKE, "l", Posts.like(root));
    put(bob, POST, "new", Posts.post(carol.did()).replace("2026-01-01", "2026-01-20"));
    assertThat(told()).isEmpty();
    sink.live(
        dave.put(
            86_400 * 25,
            POST,
            "new",
            "cid",
            Posts.post(carol.did()).replace("2026-01-01", "2026-01-20")));
    sink.derive();
    assertThat(told()).containsExactly("carol|mention|dave|new|-");
  }

  @Test
  void shouldKeepWhatWasToldWhenItsRecordIsRewritten() throws Exception {
    AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-01-02T00:00:00Z"));
    InstantSource source = now::get;
    sink.close();
    sink =
        new AppliedBatches(
            database, new NotificationAge(Duration.ofDays(30), source.withZone(ZoneOffset.UTC)));
    put(alice, POST, "root", Posts.post(carol.did()));
    put(bob, Events.LIKE, "l", Posts.like(root));
    now.set(Instant.parse("2027-01-02T00:00:00Z"));
    database.execute(
        "INSERT INTO thread_mute VALUES ('%s', '%s', 'now')".formatted(root, alice.did()));

    sink.live(
        alice.put(2, POST, "root", "rewritten", Posts.post(carol.did(), dave.did())),
        bob.put(2, Events.LIKE, "l", "rewritten", Posts.like(root)));
    sink.derive();

    assertThat(told()).containsExactly("alice|like|bob|l|root", "carol|mention|alice|root|-");
    assertThat(database.rows("SELECT DISTINCT \"recordCid\" FROM notification"))
        .containsExactly("rewritten");
    delete(bob, Events.LIKE, "l");
    assertThat(told()).containsExactly("carol|mention|alice|root|-");
  }

  @Test
  void shouldJudgeAReplyAtTheEndOfALongThread() throws Exception {
    List<RepoEvent> thread = new ArrayList<>();
    thread.add(alice.put(1, POST, "root", "cid", Posts.post()));
    String parent = root;
    for (int i = 0; i < 1_500; i++) {
      thread.add(bob.put(1, POST, "r" + i, "cid", Posts.reply(root, parent)));
      parent = bob.uri(POST, "r" + i);
    }
    sink.live(thread.toArray(RepoEvent[]::new));
    sink.derive();
    assertThat(flags("r1499")).isEmpty();

    put(carol, POST, "c", Posts.reply(root, parent));
    assertThat(flags("c")).isEmpty();
  }

  @Test
  void shouldTellNobodyOfAThreadTheyHaveMuted() throws Exception {
    database.execute(
        "INSERT INTO thread_mute VALUES ('%s', '%s', 'now')".formatted(root, alice.did()));
    put(alice, POST, "root", Posts.post());
    put(bob, POST, "reply", Posts.reply(root, root));
    put(carol, POST, "c", Posts.reply(root, reply));
    put(carol, Events.LIKE, "l", Posts.like(root));
    put(carol, Events.LIKE, "m", Posts.like(reply));
    assertThat(told()).containsExactly("bob|reply|carol|c|reply", "bob|like|carol|m|reply");
  }

  @Test
  void shouldEndWithTheSameRowsInWhateverOrderReposAreRead() throws Exception {
    List<List<RepoEvent>> repos = repos();
    String expected = null;
    for (int seed = 0; seed < 25; seed++) {
      database.clear();
      sink.close();
      sink = new AppliedBatches(database);
      play(repos, new Random(seed));
      String rows = rows();
      expected = expected == null ? rows : expected;
      assertThat(rows).as("seed " + seed).isEqualTo(expected);
      assertThat(sink.miscounted()).isEmpty();
    }
    assertThat(expected).contains("violates true").contains("quotes true").contains("gate true");
  }

  /** A little of everything; each repo's events keep their order. */
  private List<List<RepoEvent>> repos() {
    String list = alice.uri(LIST, "l");
    return List.of(
        List.of(
            alice.put(1, POST, "root", "1", Posts.post(dave.did())),
            alice.put(2, LIST, "l", "2", Posts.list()),
            alice.put(3, THREAD_GATE, "root", "3", Posts.threadGate(root, "", "followerRule")),
            alice.put(4, LIST_ITEM, "i", "4", Posts.listItem(list, carol.did())),
            alice.put(5, POST, "own", "5", Posts.reply(root, reply)),
            alice.put(6, POST_GATE, "root", "6", Posts.closedPostGate(root)),
            alice.put(
                7, THREAD_GATE, "root", "7", Posts.threadGate(root, reply, "followerRule", list))),
        List.of(
            bob.put(1, FOLLOW, "f", "1", Posts.follow(alice.did())),
            bob.put(2, POST, "reply", "2", Posts.reply(root, root, carol.did())),
            bob.put(3, POST, "q", "3", Posts.quote(root)),
            bob.put(4, Events.LIKE, "l", "4", Posts.like(root)),
            bob.put(5, Events.LIKE, "m", "5", Posts.like(root)),
            bob.put(6, Events.REPOST, "r", "6", Posts.repost(root, carol.uri(Events.REPOST, "x"))),
            bob.delete(7, Events.LIKE, "l")),
        List.of(
            carol.put(1, POST, "c", "1", Posts.reply(root, reply)),
            carol.put(2, POST, "gone", "2", Posts.reply(root, root)),
            carol.put(3, POST, "circle", "3", Posts.reply(root, dave.uri(POST, "loop"))),
            carol.delete(4, POST, "gone")),
        List.of(
            dave.put(1, FOLLOW, "f", "1", Posts.follow(alice.did())),
            dave.put(2, POST, "d", "2", Posts.reply(root, carol.uri(POST, "c"))),
            dave.put(3, POST, "orphan", "3", Posts.reply(root, carol.uri(POST, "gone"))),
            dave.put(4, POST, "loop", "4", Posts.reply(root, carol.uri(POST, "circle"))),
            dave.delete(5, FOLLOW, "f")));
  }

  private void play(List<List<RepoEvent>> repos, Random random) throws Exception {
    List<Deque<RepoEvent>> left = new ArrayList<>();
    repos.forEach(repo -> left.add(new ArrayDeque<>(repo)));
    while (!left.isEmpty()) {
      int repo = random.nextInt(left.size());
      sink.live(left.get(repo).removeFirst());
      if (left.get(repo).isEmpty()) {
        left.remove(repo);
      }
      if (random.nextInt(4) == 0) {
        sink.derive();
      }
    }
    sink.derive();
  }

  private static String rows() throws Exception {
    List<String> rows = new ArrayList<>(told());
    for (String rkey : List.of("root", "own", "reply", "q", "c", "d", "orphan", "circle", "loop")) {
      rows.add(rkey + ": " + flags(rkey));
    }
    rows.addAll(database.rows("SELECT * FROM post_agg ORDER BY uri"));
    rows.addAll(database.rows("SELECT * FROM op_thread_reply ORDER BY uri"));
    return String.join("\n", rows);
  }
}
