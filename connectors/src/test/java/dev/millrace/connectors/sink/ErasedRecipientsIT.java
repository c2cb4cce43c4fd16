package dev.millrace.connectors.sink;

import static dev.millrace.connectors.sink.Events.LIKE;
import static dev.millrace.connectors.sink.Events.POST;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.connectors.sink.collection.Collections;
import dev.millrace.connectors.sink.verify.Verification;
import java.sql.Connection;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What others' records told an account that is then deleted for good. */
class ErasedRecipientsIT extends AppliedRules {
  private static final int TOMORROW = 86_400;

  private final Events alice = new Events("did:plc:alice");
  private final Events bob = new Events("did:plc:bob");
  private final Events carol = new Events("did:plc:carol");
  private final String subject = alice.uri(POST, "a");

  @AfterEach
  void verify() throws Exception {
    assertThat(new Verification(database.dataSource(), Collections.indexed()).run().first())
        .isEmpty();
  }

  private static List<String> told() throws Exception {
    return database.rows(
        "SELECT substr(did, 9), reason, regexp_replace(\"recordUri\", '.*/', '')"
            + " FROM notification ORDER BY 3, 1");
  }

  private void erase(Events who) throws Exception {
    sink.backfill(who.gone(3, sink.livePos()));
    sink.derive();
  }

  @Test
  void shouldTakeAwayWhatADeletedAccountWasTold() throws Exception {
    sink.live(
        alice.put(1, POST, "a", "cid", Posts.post()),
        bob.put(1, LIKE, "like", "cid", Posts.like(subject)),
        bob.put(1, POST, "reply", "cid", Posts.reply(subject, subject, carol.did())));
    sink.derive();
    assertThat(told())
        .containsExactly("alice|like|like", "alice|reply|reply", "carol|mention|reply");

    erase(alice);

    assertThat(told()).containsExactly("carol|mention|reply");
    assertThat(database.rows("SELECT uri FROM record")).hasSize(2);
  }

  @Test
  void shouldNotTellOfWhatIsOlderThanTheDeletionWhenItArrivesLate() throws Exception {
    sink.live(alice.put(1, POST, "a", "cid", Posts.post()));
    erase(alice);

    sink.backfill(
        bob.held(1, LIKE, "like", "cid", Posts.like(subject)),
        bob.held(1, POST, "mention", "cid", Posts.post(alice.did(), carol.did())));
    sink.derive();

    assertThat(told()).containsExactly("carol|mention|mention");
  }

  @Test
  void shouldTellAnAccountThatIsMadeAgainOfWhatCameAfterItsDeletion() throws Exception {
    erase(alice);
    sink.live(alice.account(4, true, null));
    String tomorrow = "2026-01-02T00:00:00Z";
    String mention = Posts.post(alice.did()).replace(Records.CREATED, tomorrow);
    String like = Posts.like(subject).replace(Records.CREATED, tomorrow);
    sink.live(
        bob.put(TOMORROW, POST, "new", "cid", mention),
        bob.put(TOMORROW, LIKE, "newlike", "cid", like),
        bob.put(TOMORROW, POST, "old", "cid", Posts.post(alice.did())));
    sink.derive();

    assertThat(told()).containsExactly("alice|mention|new", "alice|like|newlike");
    assertThat(database.one("SELECT erased_at FROM repo_state WHERE did = 'did:plc:alice'"))
        .isEqualTo(Events.liveTime(3));
  }

  @Test
  void shouldTakeAwayWhatIsWrittenByWhoDidNotSeeTheDeletion() throws Exception {
    try (Connection late = database.dataSource().getConnection();
        Statement statement = late.createStatement()) {
      late.setAutoCommit(false);
      statement.execute(
          "INSERT INTO notification (did, \"recordUri\", \"recordCid\", author, reason, \"sortAt\")"
              + " VALUES ('did:plc:alice', 'at://did:plc:bob/x/y', 'cid', 'did:plc:bob', 'like', '2025')");
      erase(alice);
      late.commit();
    }
    assertThat(told()).hasSize(1);

    sink.derive();

    assertThat(told()).isEmpty();
    assertThat(database.rows("SELECT kind FROM derive_queue")).isEmpty();
  }
}
