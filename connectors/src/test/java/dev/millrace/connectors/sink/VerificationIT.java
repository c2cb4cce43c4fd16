package dev.millrace.connectors.sink;

import static dev.millrace.connectors.sink.Events.FOLLOW;
import static dev.millrace.connectors.sink.Events.LIKE;
import static dev.millrace.connectors.sink.Events.POST;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.connectors.sink.collection.Collections;
import dev.millrace.connectors.sink.verify.Findings;
import dev.millrace.connectors.sink.verify.Findings.Check;
import dev.millrace.connectors.sink.verify.Verification;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** That a verification finds what is wrong and nothing else, and that its repair mends it. */
class VerificationIT extends AppliedRules {
  private final Events alice = new Events("did:plc:alice");
  private final Events bob = new Events("did:plc:bob");
  private final String root = alice.uri(POST, "root");

  @BeforeEach
  void fill() throws Exception {
    sink.live(
        alice.put(1, POST, "root", "1", Posts.post(bob.did())),
        alice.put(2, FOLLOW, "f", "2", Posts.follow(bob.did())),
        alice.put(3, Posts.THREAD_GATE, "root", "3", Posts.threadGate(root, "", "followingRule")),
        bob.put(1, LIKE, "a", "1", Posts.like(root)),
        bob.put(2, LIKE, "b", "2", Posts.like(root)),
        bob.put(3, POST, "reply", "3", Posts.reply(root, root)),
        bob.put(4, POST, "q", "4", Posts.quote(root)),
        alice.put(4, POST, "own", "4", Posts.reply(root, bob.uri(POST, "reply"))));
    sink.identities(alice.resolved(1, "alice.test"));
    sink.derive();
  }

  private Verification verification() {
    return new Verification(database.dataSource(), Collections.indexed());
  }

  @Test
  void shouldFindNothingWhereNothingIsWrong() throws Exception {
    assertThat(verification().run().first()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          OWN_ROWS | DELETE FROM post WHERE uri LIKE '%/reply'
          OWN_ROWS | UPDATE post SET text = 'other' WHERE uri LIKE '%/reply'
          OWN_ROWS | UPDATE post SET langs = '["de"]' WHERE uri LIKE '%/root'
          OWN_ROWS | UPDATE "like" SET cid = 'other'
          OWN_ROWS | DELETE FROM "like"
          OWN_ROWS | DELETE FROM duplicate_record
          OWN_ROWS | DELETE FROM quote
          OWN_ROWS | DELETE FROM feed_item WHERE uri LIKE '%/root'
          OWN_ROWS | DELETE FROM notification WHERE reason = 'like'
          OWN_ROWS | DELETE FROM thread_gate
          ORPHANS  | DELETE FROM record WHERE uri LIKE '%like/a'
          ORPHANS  | DELETE FROM record WHERE uri LIKE '%/q'
          COUNTERS | UPDATE post_agg SET "likeCount" = 7
          COUNTERS | DELETE FROM post_agg
          COUNTERS | UPDATE profile_agg SET "followersCount" = 0, "followsCount" = 3
          DERIVED  | DELETE FROM notification WHERE reason = 'mention'
          DERIVED  | INSERT INTO notification (did, "recordUri", "recordCid", author, reason, "sortAt") SELECT did, "recordUri", "recordCid", author, reason, "sortAt" FROM notification WHERE reason = 'quote'
          DERIVED  | UPDATE post SET "violatesThreadGate" = true, "invalidReplyRoot" = false WHERE uri LIKE '%/reply'
          DERIVED  | UPDATE post SET "hasThreadGate" = NULL
          DERIVED  | DELETE FROM op_thread_reply
          DERIVED  | INSERT INTO op_thread_reply VALUES ('at://x', 'at://x', 'at://y')
          HANDLES  | UPDATE actor SET handle = NULL
          HANDLES  | UPDATE actor SET handle = 'wrong.test' WHERE did = 'did:plc:alice'
          """)
  void shouldFindAndMendWhatIsWrong(Check check, String damage) throws Exception {
    database.execute(damage);
    Verification verification = verification();
    Findings findings = verification.run();
    assertThat(findings.count(check)).as(String.join("\n", findings.first())).isPositive();

    verification.repair();
    sink.derive();
    assertThat(verification().run().first()).isEmpty();
  }

  @Test
  void shouldSayWhatIsWrongInWords() throws Exception {
    database.execute("UPDATE post_agg SET \"likeCount\" = 7 WHERE uri = '" + root + "'");
    assertThat(verification().run().first())
        .isEqualTo(
            List.of(
                "Difference[counter=post_agg.likeCount, key=%s, stored=7, counted=1]"
                    .formatted(root)));
  }

  @Test
  void shouldMendAnyNumberOfRows() throws Exception {
    int wrong = 120_000;
    database.execute(
        "INSERT INTO profile_agg (did, \"postsCount\") SELECT 'did:plc:x' || n, 1 FROM generate_series(1, %d) n"
            .formatted(wrong));
    Verification verification = verification();
    assertThat(verification.run().count(Check.COUNTERS)).isEqualTo(wrong);
    verification.repair();
    verification = verification();
    assertThat(verification.run().total()).isBetween(1L, wrong / 2L);
    verification.repair();
    assertThat(verification().run().first()).isEmpty();
  }

  @Test
  void shouldNameARecordOfWhichNoRowsCanBeMade() throws Exception {
    database.execute("UPDATE record SET json = '{\"text\": 7}' WHERE uri = '" + root + "'");
    Findings findings = verification().run();

    assertThat(findings.count(Check.UNREADABLE)).isOne();
    assertThat(findings.first(Check.UNREADABLE)).singleElement().asString().startsWith(root);
  }

  @Test
  void shouldNameWhatCouldNotBeDerived() throws Exception {
    database.execute(
        "INSERT INTO derive_failure (kind, key, failure) VALUES ('reply', 'x', 'why')");
    assertThat(verification().run().first()).containsExactly("reply x: why");
  }

  @Test
  void shouldTryARepairAgainThatOthersHaveBrokenOff() throws Exception {
    database.execute("UPDATE post_agg SET \"likeCount\" = 7");
    database.execute(
        """
        CREATE SEQUENCE tries;
        CREATE FUNCTION collide() RETURNS trigger LANGUAGE plpgsql AS
        $$BEGIN IF nextval('tries') <= 2 THEN RAISE SQLSTATE '40P01'; END IF; RETURN NEW; END$$;
        CREATE TRIGGER collide BEFORE UPDATE ON post_agg
          FOR EACH STATEMENT EXECUTE FUNCTION collide()
        """);
    try {
      Verification verification = verification();
      verification.run();
      verification.repair();
    } finally {
      database.execute("DROP FUNCTION collide CASCADE; DROP SEQUENCE tries");
    }
    assertThat(verification().run().first()).isEmpty();
  }
}
