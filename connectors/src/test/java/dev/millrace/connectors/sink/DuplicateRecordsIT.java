package dev.millrace.connectors.sink;

import static dev.millrace.connectors.sink.Events.LIKE;
import static dev.millrace.connectors.sink.Events.like;
import static dev.millrace.connectors.sink.Events.liveTime;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Several records with one unique key: the smallest URI has the row, the others wait. */
class DuplicateRecordsIT extends AppliedRules {
  private static final String SUBJECT = "at://did:plc:bob/app.bsky.feed.post/p";
  private static final String OTHER = "at://did:plc:bob/app.bsky.feed.post/q";

  private final Events alice = new Events("did:plc:alice");

  private static List<String> likes() throws Exception {
    return database.rows(
        "SELECT split_part(uri, '/', 5), subject, \"indexedAt\" FROM \"like\" ORDER BY uri");
  }

  private static List<String> waiting() throws Exception {
    return database.rows(
        "SELECT split_part(uri, '/', 5), split_part(\"duplicateOf\", '/', 5), \"indexedAt\" FROM duplicate_record ORDER BY uri");
  }

  @Test
  void shouldGiveTheRowToTheSmallestUriWhateverComesFirst() throws Exception {
    sink.live(alice.put(1, LIKE, "b", "cidb", like(SUBJECT)));
    sink.live(alice.put(2, LIKE, "c", "cidc", like(SUBJECT)));
    sink.live(alice.put(3, LIKE, "a", "cida", like(SUBJECT)));

    assertThat(likes()).containsExactly("a|" + SUBJECT + "|" + liveTime(3));
    assertThat(waiting()).containsExactly("b|a|" + liveTime(1), "c|a|" + liveTime(2));
    assertThat(database.one("SELECT count(*) FROM record")).isEqualTo("3");
  }

  @Test
  void shouldPromoteTheNextWithItsOwnTimeWhenTheHolderGoes() throws Exception {
    sink.live(
        alice.put(1, LIKE, "b", "cidb", like(SUBJECT)),
        alice.put(2, LIKE, "c", "cidc", like(SUBJECT)),
        alice.put(3, LIKE, "a", "cida", like(SUBJECT)));
    sink.live(alice.delete(4, LIKE, "a"));
    assertThat(likes()).containsExactly("b|" + SUBJECT + "|" + liveTime(1));
    assertThat(waiting()).containsExactly("c|b|" + liveTime(2));

    sink.live(alice.delete(5, LIKE, "b"));
    assertThat(likes()).containsExactly("c|" + SUBJECT + "|" + liveTime(2));
    assertThat(waiting()).isEmpty();
  }

  @Test
  void shouldForgetADuplicateThatIsDeleted() throws Exception {
    sink.live(
        alice.put(1, LIKE, "a", "cida", like(SUBJECT)),
        alice.put(2, LIKE, "b", "cidb", like(SUBJECT)));
    sink.live(alice.delete(3, LIKE, "b"), alice.delete(4, LIKE, "a"));

    assertThat(likes()).isEmpty();
    assertThat(waiting()).isEmpty();
  }

  @Test
  void shouldMoveTheRowWhenAnUpdateChangesTheSubject() throws Exception {
    sink.live(
        alice.put(1, LIKE, "a", "cida", like(SUBJECT)),
        alice.put(2, LIKE, "b", "cidb", like(SUBJECT)));
    sink.live(alice.put(3, LIKE, "a", "cida3", like(OTHER)));

    assertThat(likes())
        .containsExactly("a|" + OTHER + "|" + liveTime(3), "b|" + SUBJECT + "|" + liveTime(2));
    assertThat(waiting()).isEmpty();
  }

  @Test
  void shouldMoveTheTimeOfADuplicateToo() throws Exception {
    sink.backfill(
        alice.held(9, LIKE, "a", "cida", like(SUBJECT)),
        alice.held(9, LIKE, "b", "cidb", like(SUBJECT)),
        alice.closed(9));
    sink.live(
        alice.put(1, LIKE, "b", "cidb", like(SUBJECT)),
        alice.put(2, LIKE, "a", "cida", like(SUBJECT)));

    assertThat(likes()).containsExactly("a|" + SUBJECT + "|" + liveTime(2));
    assertThat(waiting()).containsExactly("b|a|" + liveTime(1));
  }

  @Test
  void shouldReLikeWithinOneBatch() throws Exception {
    sink.live(alice.put(1, LIKE, "a", "cida", like(SUBJECT)));
    sink.live(alice.delete(2, LIKE, "a"), alice.put(3, LIKE, "b", "cidb", like(SUBJECT)));

    assertThat(likes()).containsExactly("b|" + SUBJECT + "|" + liveTime(3));
    assertThat(waiting()).isEmpty();
  }

  @Test
  void shouldEndTheSameHoweverOperationsAreCutIntoBatches() throws Exception {
    for (int seed = 0; seed < 40; seed++) {
      Random random = new Random(seed);
      database.clear();
      try (AppliedBatches applied = new AppliedBatches(database)) {
        TreeSet<String> toSubject = new TreeSet<>();
        TreeSet<String> toOther = new TreeSet<>();
        List<Incoming> events = new ArrayList<>();
        for (int rev = 1; rev <= 40; rev++) {
          String rkey = "k" + random.nextInt(8);
          toSubject.remove(rkey);
          toOther.remove(rkey);
          if (random.nextInt(3) == 0) {
            events.add(applied.nextLive(alice.delete(rev, LIKE, rkey)));
          } else {
            boolean isOther = random.nextInt(3) == 0;
            (isOther ? toOther : toSubject).add(rkey);
            events.add(
                applied.nextLive(
                    alice.put(rev, LIKE, rkey, "cid" + rev, like(isOther ? OTHER : SUBJECT))));
          }
        }
        while (!events.isEmpty()) {
          int cut = Math.min(events.size(), 1 + random.nextInt(15));
          applied.batch(events.subList(0, cut));
          events = events.subList(cut, events.size());
        }
        List<String> holders = new ArrayList<>();
        List<String> waiters = new ArrayList<>();
        for (TreeSet<String> rkeys : List.of(toSubject, toOther)) {
          if (!rkeys.isEmpty()) {
            String holder = rkeys.pollFirst();
            holders.add(holder);
            rkeys.forEach(rkey -> waiters.add(rkey + ">" + holder));
          }
        }
        Collections.sort(holders);
        Collections.sort(waiters);
        assertThat(database.rows("SELECT split_part(uri, '/', 5) FROM \"like\" ORDER BY uri"))
            .as("holders, seed %d", seed)
            .isEqualTo(holders);
        assertThat(
                database.rows(
                    "SELECT split_part(uri, '/', 5) || '>' || split_part(\"duplicateOf\", '/', 5) FROM duplicate_record ORDER BY 1"))
            .as("waiting, seed %d", seed)
            .isEqualTo(waiters);
      }
    }
  }
}
