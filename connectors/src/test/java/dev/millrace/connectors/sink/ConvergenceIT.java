package dev.millrace.connectors.sink;

import static dev.millrace.connectors.sink.Events.FOLLOW;
import static dev.millrace.connectors.sink.Events.LIKE;
import static dev.millrace.connectors.sink.Events.POST;
import static dev.millrace.connectors.sink.Events.PROFILE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.connectors.sink.verify.Recount.Difference;
import dev.millrace.schema.event.RepoEvent;
import dev.millrace.schema.event.ResolvedIdentity;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * One repo's history, told by two relays (each in order, mixed with the other, each from a place of
 * its own) and by snapshots (begun and told again at any time, also out of order), in any
 * interleaving, cut into batches anywhere, with parts told twice: the rows are always those of the
 * history told once, live first.
 */
class ConvergenceIT {
  private static final int HISTORIES = 12;
  private static final int INTERLEAVINGS = 12;
  private static final int REVS = 30;

  private static SinkDatabase database;

  @BeforeAll
  static void migrate() throws Exception {
    database = new SinkDatabase();
  }

  /** What was written, rev by rev, and what the repo held after each. */
  private static final class History {
    final Events events = new Events("did:plc:alice");
    final Map<Integer, List<RepoEvent>> commits = new TreeMap<>();
    final Map<Integer, Map<String, String[]>> states = new TreeMap<>();

    History(long seed) {
      Random random = new Random(seed);
      Map<String, String[]> state = new TreeMap<>();
      for (int rev = 1; rev <= REVS; rev++) {
        List<RepoEvent> commit = new ArrayList<>();
        for (String path : isQuiet(rev) ? List.<String>of() : paths(random)) {
          String collection = path.substring(0, path.indexOf('/'));
          String rkey = path.substring(path.indexOf('/') + 1);
          if (state.containsKey(path) && random.nextInt(3) == 0) {
            state.remove(path);
            commit.add(events.delete(rev, collection, rkey));
          } else {
            // Few contents, so that the same record comes back after others, or after a deletion.
            int variant = random.nextInt(3);
            String json = content(collection, variant);
            String cid = "cid-" + variant;
            String[] held = state.get(path);
            if (held == null || !held[0].equals(cid)) {
              state.put(path, new String[] {cid, json});
              commit.add(events.put(rev, collection, rkey, cid, json));
            }
          }
        }
        commit.add(events.commit(rev));
        commits.put(rev, commit);
        states.put(rev, new TreeMap<>(state));
      }
    }

    /**
     * A rev whose commit changes nothing. Snapshots are taken there: one at the very commit that
     * writes an equal record again carries that moment as the TID has it, the relay's event a
     * little later, and which of the two stays may depend on what came between.
     */
    static boolean isQuiet(int rev) {
      return rev % 5 == 0;
    }

    private static List<String> paths(Random random) {
      List<String> paths = new ArrayList<>();
      int count = random.nextInt(4);
      for (int i = 0; i < count; i++) {
        String path =
            switch (random.nextInt(4)) {
              case 0 -> PROFILE + "/self";
              case 1 -> POST + "/p" + random.nextInt(4);
              case 2 -> FOLLOW + "/f" + random.nextInt(4);
              default -> LIKE + "/l" + random.nextInt(4);
            };
        if (!paths.contains(path)) {
          paths.add(path);
        }
      }
      return paths;
    }

    private static String content(String collection, int variant) {
      return switch (collection) {
        case PROFILE -> Records.profile(String.valueOf(variant));
        case POST -> Events.post("text " + variant);
        case FOLLOW -> Events.follow("did:plc:s" + variant / 2);
        default -> Events.like("at://did:plc:s/app.bsky.feed.post/" + variant / 2);
      };
    }

    List<RepoEvent> live(int fromRev) {
      List<RepoEvent> told = new ArrayList<>();
      commits.forEach(
          (rev, commit) -> {
            if (rev >= fromRev) {
              told.addAll(commit);
            }
          });
      return told;
    }

    List<ResolvedIdentity> identities() {
      return List.of(
          events.resolved(1, "before.test"),
          new Events("did:plc:bob").resolved(2, "alice.test"),
          events.resolved(3, "alice.test"));
    }

    List<RepoEvent> snapshot(int rev) {
      List<RepoEvent> told = new ArrayList<>();
      states
          .getOrDefault(rev, Map.of())
          .forEach(
              (path, held) ->
                  told.add(
                      events.held(
                          rev,
                          path.substring(0, path.indexOf('/')),
                          path.substring(path.indexOf('/') + 1),
                          held[0],
                          held[1])));
      told.add(events.closed(rev));
      return told;
    }
  }

  @Test
  void shouldEndInTheSameRowsWhateverTheInterleaving() throws Exception {
    for (int seed = 0; seed < HISTORIES; seed++) {
      History history = new History(seed);
      int newest = 10 + 5 * new Random(seed).nextInt(4);
      int older = newest - 5;
      List<String> expected = null;
      for (int run = 0; run < INTERLEAVINGS; run++) {
        Random random = new Random(1000L * seed + run);
        database.clear();
        List<Difference> miscounted;
        try (AppliedBatches sink = new AppliedBatches(database)) {
          if (run == 0) {
            sink.live(history.live(1).toArray(RepoEvent[]::new));
            sink.backfill(history.snapshot(older).toArray(RepoEvent[]::new));
            sink.backfill(history.snapshot(newest).toArray(RepoEvent[]::new));
            sink.identities(history.identities().toArray(ResolvedIdentity[]::new));
          } else {
            applyCut(
                sink, interleave(sink, streams(history, newest, older, random), random), random);
          }
          sink.derive();
          miscounted = sink.miscounted();
        }
        List<String> rows = rows();
        assertThat(miscounted).as("counters of history %d, interleaving %d", seed, run).isEmpty();
        if (expected == null) {
          expected = rows;
        }
        assertThat(rows)
            .as("history %d, interleaving %d", seed, run)
            .containsExactlyElementsOf(expected);
        assertThat(rows.stream().filter(row -> row.startsWith("record")).count())
            .isEqualTo(history.states.getOrDefault(REVS, Map.of()).size());
      }
    }
  }

  /** One event of a stream, which gets its offset when its turn comes. */
  private interface Told {
    Incoming next(AppliedBatches sink);
  }

  /**
   * Each stream keeps its own order. Both snapshots are always told, the newer one sometimes first,
   * sometimes begun in vain before, sometimes again; the relays once or twice.
   */
  private static List<List<Told>> streams(History history, int newest, int older, Random random) {
    List<List<Told>> streams = new ArrayList<>();
    streams.add(live(history.live(1)));
    if (random.nextBoolean()) {
      streams.add(live(history.live(1)));
    }
    List<RepoEvent> backfill = new ArrayList<>();
    boolean isOlderFirst = random.nextBoolean();
    backfill.addAll(history.snapshot(isOlderFirst ? older : newest));
    if (random.nextInt(3) == 0) {
      List<RepoEvent> begun = history.snapshot(newest);
      backfill.addAll(begun.subList(0, begun.size() / 2));
    }
    backfill.addAll(history.snapshot(isOlderFirst ? newest : older));
    if (random.nextInt(3) == 0) {
      backfill.addAll(history.snapshot(random.nextBoolean() ? newest : older));
    }
    streams.add(told(backfill, event -> sink -> sink.nextBackfill(event)));
    streams.add(told(history.identities(), identity -> sink -> sink.nextIdentity(identity)));
    return streams;
  }

  private static List<Told> live(List<RepoEvent> events) {
    return told(events, event -> sink -> sink.nextLive(event));
  }

  private static <T> List<Told> told(List<T> events, Function<T, Told> telling) {
    return events.stream().map(telling).toList();
  }

  private static List<Incoming> interleave(
      AppliedBatches sink, List<List<Told>> streams, Random random) {
    List<Incoming> mixed = new ArrayList<>();
    int[] next = new int[streams.size()];
    int left = streams.stream().mapToInt(List::size).sum();
    int current = 0;
    while (left > 0) {
      // Runs of one stream, as polls bring them; sometimes a whole stream goes first.
      current = random.nextInt(streams.size());
      int run = random.nextInt(5) == 0 ? Integer.MAX_VALUE : 1 + random.nextInt(12);
      List<Told> stream = streams.get(current);
      while (run-- > 0 && next[current] < stream.size()) {
        mixed.add(stream.get(next[current]++).next(sink));
        left--;
      }
    }
    return mixed;
  }

  private static void applyCut(AppliedBatches sink, List<Incoming> events, Random random)
      throws Exception {
    int size = random.nextBoolean() ? 4 : 60;
    List<Incoming> left = events;
    while (!left.isEmpty()) {
      int cut = Math.min(left.size(), 1 + random.nextInt(size));
      sink.batch(left.subList(0, cut));
      if (random.nextInt(20) == 0) {
        sink.derive();
      }
      left = left.subList(cut, left.size());
    }
  }

  /** Every row that the AppView reads, and revs; what is bookkeeping of the way is left out. */
  private static List<String> rows() throws Exception {
    List<String> rows = new ArrayList<>();
    for (String query :
        List.of(
            "SELECT 'record', uri, cid, did, json, \"indexedAt\", rev FROM record",
            "SELECT 'post', uri, cid, text, \"createdAt\", \"indexedAt\", \"sortAt\" FROM post",
            "SELECT 'like', uri, cid, subject, \"createdAt\", \"indexedAt\" FROM \"like\"",
            "SELECT 'follow', uri, cid, \"subjectDid\", \"indexedAt\" FROM follow",
            "SELECT 'profile', uri, cid, \"displayName\", \"createdAt\", \"indexedAt\" FROM profile",
            "SELECT 'duplicate', uri, cid, \"duplicateOf\", \"indexedAt\" FROM duplicate_record",
            "SELECT 'actor', did, \"indexedAt\", \"upstreamStatus\", handle FROM actor",
            "SELECT 'sync', did, \"commitCid\", \"repoRev\" FROM actor_sync",
            "SELECT 'repo', did, covered_rev FROM repo_state")) {
      rows.addAll(database.rows(query + " ORDER BY 2"));
    }
    return rows;
  }
}
