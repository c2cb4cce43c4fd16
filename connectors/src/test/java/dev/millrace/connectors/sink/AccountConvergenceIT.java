package dev.millrace.connectors.sink;

import static dev.millrace.connectors.sink.Events.FOLLOW;
import static dev.millrace.connectors.sink.Events.LIKE;
import static dev.millrace.connectors.sink.Events.POST;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.schema.event.EventCodec;
import dev.millrace.schema.event.RepoEvent;
import dev.millrace.schema.event.Scope;
import dev.millrace.schema.topic.Topic;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * An account is deleted and created again with lower revs, told by two relays of which one is far
 * behind; fetches are begun in each of its states, some end late. Live and backfill are applied in
 * any interleaving that the barrier allows (no event of a fetch before the live log up to where it
 * began), cut into batches anywhere: in the end there are the rows of the new account, and no more.
 */
class AccountConvergenceIT {
  private static final int RUNS = 60;
  private static final int FIRST_REV = 50;
  private static final int COMMITS = 8;

  private static SinkDatabase database;

  private final Events alice = new Events("did:plc:alice");

  @BeforeAll
  static void migrate() throws Exception {
    database = new SinkDatabase();
  }

  /** What the relays tell, step by step, and what is true after each step. */
  private final class Life {
    final List<List<RepoEvent>> steps = new ArrayList<>();

    /** The record's JSON by path; null: the account is deleted. */
    final List<Map<String, String>> truth = new ArrayList<>();

    final List<Integer> revs = new ArrayList<>();
    final Map<String, String> cids = new HashMap<>();

    Life(Random random) {
      commits(random, FIRST_REV);
      step(List.of(alice.account(70, false, "deleted")), null, 0);
      step(List.of(alice.account(80, true, null)), new TreeMap<>(), 0);
      commits(random, 1);
    }

    private void commits(Random random, int firstRev) {
      Map<String, String> state = new TreeMap<>();
      for (int rev = firstRev; rev < firstRev + COMMITS; rev++) {
        List<RepoEvent> commit = new ArrayList<>();
        String collection = List.of(POST, LIKE, FOLLOW).get(random.nextInt(3));
        String rkey = "r" + random.nextInt(3);
        String path = collection + "/" + rkey;
        if (state.remove(path) != null) {
          commit.add(alice.delete(rev, collection, rkey));
        } else {
          String json =
              switch (collection) {
                case POST -> Events.post("text " + rev);
                case LIKE -> Events.like("at://did:plc:s/app.bsky.feed.post/" + rev % 2);
                default -> Events.follow("did:plc:s" + rev % 2);
              };
          state.put(path, json);
          String cid = cids.computeIfAbsent(json, j -> "cid" + cids.size());
          commit.add(alice.put(rev, collection, rkey, cid, json));
        }
        commit.add(alice.commit(rev));
        step(commit, new TreeMap<>(state), rev);
      }
    }

    private void step(List<RepoEvent> events, @Nullable Map<String, String> state, int rev) {
      steps.add(events);
      truth.add(state == null ? Map.of("deleted", "") : state);
      revs.add(state == null ? -1 : rev);
    }

    /** What a fetch finds that begins after so many steps, when the live log ends there. */
    List<RepoEvent> fetched(int step, long livePos, boolean isStatusAsked) {
      int rev = revs.get(step);
      List<RepoEvent> found = new ArrayList<>();
      if (rev < 0) {
        return isStatusAsked ? List.of(alice.gone(75, livePos)) : List.of();
      }
      if (isStatusAsked) {
        found.add(alice.learnt(85, true, null, livePos));
      }
      truth
          .get(step)
          .forEach(
              (path, json) ->
                  found.add(
                      alice.held(
                          rev,
                          path.substring(0, path.indexOf('/')),
                          path.substring(path.indexOf('/') + 1),
                          cids.getOrDefault(json, "cid?"),
                          json,
                          livePos)));
      found.add(alice.closed(rev, Scope.FULL, livePos));
      return found;
    }
  }

  @Test
  void shouldEndAtTheNewAccountHoweverLateTheOldOneIsTold() throws Exception {
    for (int run = 0; run < RUNS; run++) {
      Random random = new Random(run);
      database.clear();
      Life life = new Life(random);
      List<RepoEvent> live = new ArrayList<>();
      List<RepoEvent> backfill = new ArrayList<>();
      tell(life, live, backfill, random);
      try (AppliedBatches sink = new AppliedBatches(database)) {
        apply(sink, live, backfill, random);
        assertThat(sink.miscounted()).as("counters, run %d", run).isEmpty();
      }
      List<String> expected = new ArrayList<>();
      life.truth
          .getLast()
          .forEach((path, json) -> expected.add("at://" + alice.did() + "/" + path + "|" + json));
      assertThat(database.rows("SELECT uri, json FROM record ORDER BY uri"))
          .as("run %d", run)
          .isEqualTo(expected);
      assertThat(
              database.rows(
                  "SELECT uri FROM post UNION ALL SELECT uri FROM \"like\" UNION ALL SELECT uri FROM follow UNION ALL SELECT uri FROM duplicate_record"))
          .as("own rows, run %d", run)
          .hasSize(expected.size());
      assertThat(database.rows("SELECT did, \"upstreamStatus\" FROM actor"))
          .as("actor, run %d", run)
          .containsExactly(alice.did() + "|-");
      assertThat(database.one("SELECT \"repoRev\" FROM actor_sync"))
          .isEqualTo(Events.rev(life.revs.getLast()));
    }
  }

  /** The fast relay tells the truth as it happens, the slow one the same later. */
  private static void tell(
      Life life, List<RepoEvent> live, List<RepoEvent> backfill, Random random) {
    int slow = 0;
    int lag = 1 + random.nextInt(2 * COMMITS);
    Deque<List<RepoEvent>> late = new ArrayDeque<>();
    int last = life.steps.size() - 1;
    for (int fast = 0; slow <= last; fast++) {
      if (fast <= last) {
        live.addAll(life.steps.get(fast));
      }
      int now = Math.min(fast, last);
      if (fast >= lag || fast > last) {
        List<RepoEvent> told = life.steps.get(slow++);
        live.addAll(told);
        if (told.stream().anyMatch(event -> event.type().equals("account"))) {
          backfill.addAll(life.fetched(now, live.size(), true));
        }
      }
      if (fast <= last && life.steps.get(fast).getFirst().type().equals("account")) {
        backfill.addAll(life.fetched(now, live.size(), true));
      }
      if (random.nextInt(4) == 0) {
        late.add(life.fetched(now, live.size(), false));
      }
      if (!late.isEmpty() && random.nextInt(4) == 0) {
        backfill.addAll(late.removeFirst());
      }
    }
    late.forEach(backfill::addAll);
    backfill.addAll(life.fetched(last, live.size(), true));
  }

  private static long livePos(RepoEvent event) {
    return Incoming.of(
            Topic.FIREHOSE_BACKFILL,
            new ConsumerRecord<>("", 0, 0, new byte[0], EventCodec.encode(event)))
        .livePos();
  }

  private static void apply(
      AppliedBatches sink, List<RepoEvent> live, List<RepoEvent> backfill, Random random)
      throws Exception {
    int nextBackfill = 0;
    int nextLive = 0;
    while (nextLive < live.size() || nextBackfill < backfill.size()) {
      List<Incoming> batch = new ArrayList<>();
      int run = random.nextInt(random.nextBoolean() ? 4 : 40);
      for (int i = 0; i < run && nextLive < live.size(); i++) {
        batch.add(sink.nextLive(live.get(nextLive++)));
      }
      run = random.nextInt(random.nextBoolean() ? 4 : 40);
      for (int i = 0; i < run && nextBackfill < backfill.size(); i++) {
        if (livePos(backfill.get(nextBackfill)) > nextLive) {
          break;
        }
        batch.add(sink.nextBackfill(backfill.get(nextBackfill++)));
      }
      sink.batch(batch);
    }
  }
}
