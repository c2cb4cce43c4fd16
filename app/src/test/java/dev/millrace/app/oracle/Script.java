package dev.millrace.app.oracle;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What happens in a run, in which order: a function of the seed alone.
 *
 * @param repos accounts at first
 * @param rounds one after the other; each begins when the one before has had its effect
 */
record Script(long seed, int repos, int partitions, List<Round> rounds) {
  private static final int ROUNDS = 4;

  /** Everything that may be drawn; what a round must hold is added. */
  private static final List<List<Act>> DECKS =
      List.of(
          List.of(
              Act.DEACTIVATE,
              Act.SUSPEND,
              Act.TAKE_DOWN,
              Act.WAKE,
              Act.WAKE,
              Act.DELETE_ACCOUNT,
              Act.DELETE_ACCOUNT,
              Act.RECREATE_ACCOUNT,
              Act.RECREATE_ACCOUNT,
              Act.MIGRATE,
              Act.ROTATE_KEY,
              Act.CHANGE_HANDLE,
              Act.RESET_REPO),
          List.of(
              Act.DISCONNECT,
              Act.SILENCE,
              Act.TOO_SLOW,
              Act.REPEATED_EVENT,
              Act.EARLIER_EVENT,
              Act.CUT_FRAME,
              Act.UNKNOWN_EVENT,
              Act.FLIPPED_BYTE_IN_COMMIT,
              Act.FORGED_COMMIT,
              Act.TEXT_FRAME,
              Act.HUGE_FRAME),
          List.of(
              Act.LABELS_DISCONNECT,
              Act.LABELS_TOO_SLOW,
              Act.LABELS_REPEATED,
              Act.LABELS_EARLIER,
              Act.LABELS_CUT_FRAME,
              Act.LABELS_UNKNOWN_EVENT,
              Act.LABELS_TEXT_FRAME),
          List.of(
              Act.CUT_CAR,
              Act.FLIPPED_BYTE_IN_CAR,
              Act.FORGED_CAR,
              Act.OTHER_REPO,
              Act.GET_REPO_500,
              Act.GET_REPO_429,
              Act.GET_REPO_HANGS,
              Act.DIRECTORY_500,
              Act.DIRECTORY_HANGS,
              Act.MIGRATES_DURING_FETCH,
              Act.DEACTIVATES_DURING_FETCH,
              Act.DELETES_RECORD_DURING_FETCH,
              Act.DELETES_ACCOUNT_DURING_FETCH));

  /**
   * Some steps of the network and then these.
   *
   * @param steps how many
   */
  record Round(int steps, List<Move> moves) {
    Round {
      moves = List.copyOf(moves);
    }
  }

  /**
   * One thing to happen.
   *
   * @param point where to kill; null for every other act
   * @param pick which account, host or n-th time
   */
  record Move(Act act, @Nullable CrashPoint point, int pick) {
    @Override
    public String toString() {
      return point == null ? act + "#" + pick : "KILL " + point + "#" + pick;
    }
  }

  static Script of(long seed) {
    SplittableRandom random = new SplittableRandom(seed * 0x9E3779B97F4A7C15L + 1);
    List<List<Move>> moves = new ArrayList<>();
    for (int i = 0; i < ROUNDS; i++) {
      List<Move> round = new ArrayList<>();
      DECKS.forEach(deck -> round.add(move(deck.get(random.nextInt(deck.size())), random)));
      moves.add(round);
    }
    if (random.nextInt(3) == 0) {
      moves.getFirst().add(move(Act.LIST_REPOS_500, random));
    }
    if (random.nextInt(3) == 0) {
      moves.getFirst().add(move(Act.LISTED_STATUS, random));
    }
    // The listing is read once, at the start.
    if (random.nextInt(2) == 0) {
      moves.getFirst().add(kill(CrashPoint.of(CrashPoint.Victim.LISTING), random));
    }
    int relay = 1 + random.nextInt(ROUNDS - 1);
    moves.get(relay).add(move(Act.SECOND_RELAY_STARTS, random));
    visit(moves, Act.SECOND_INDEXER_JOINS, Act.SECOND_INDEXER_LEAVES, random);
    switch (random.nextInt(4)) {
      case 0 -> visit(moves, Act.SECOND_BACKFILLER_JOINS, Act.SECOND_BACKFILLER_LEAVES, random);
      case 1 -> visit(moves, Act.SECOND_TRACKER_JOINS, Act.SECOND_TRACKER_LEAVES, random);
      default -> {}
    }
    scatter(moves, move(Act.COMMIT_ANSWER_LOST, random), random);
    scatter(
        moves,
        move(random.nextBoolean() ? Act.CURSOR_OUTDATED : Act.CURSOR_IN_FUTURE, random),
        random);
    for (CrashPoint.Victim victim : CrashPoint.Victim.values()) {
      if (victim != CrashPoint.Victim.LISTING && random.nextInt(2) == 0) {
        scatter(moves, kill(CrashPoint.of(victim), random), random);
      }
    }
    scatter(moves, kill(CrashPoint.of(CrashPoint.Victim.INDEXER), random), random);
    switch (random.nextInt(4)) {
      case 0 -> scatter(moves, move(Act.RESTART_BROKER, random), random);
      case 1 -> scatter(moves, move(Act.RESTART_POSTGRES, random), random);
      default -> {}
    }
    List<Round> rounds =
        moves.stream().map(round -> new Round(10 + random.nextInt(50), round)).toList();
    return new Script(seed, 8 + random.nextInt(12), 2 + random.nextInt(3), rounds);
  }

  /** For one round. */
  private static void visit(
      List<List<Move>> moves, Act joins, Act leaves, SplittableRandom random) {
    int round = random.nextInt(moves.size() - 1);
    moves.get(round).add(move(joins, random));
    moves.get(round + 1).add(move(leaves, random));
  }

  private static void scatter(List<List<Move>> moves, Move move, SplittableRandom random) {
    moves.get(random.nextInt(moves.size())).add(move);
  }

  private static Move move(Act act, SplittableRandom random) {
    return new Move(act, null, random.nextInt(1_000));
  }

  private static Move kill(List<CrashPoint> points, SplittableRandom random) {
    return new Move(Act.KILL, points.get(random.nextInt(points.size())), random.nextInt(1_000));
  }

  /** For people: a line a round. */
  @Override
  public String toString() {
    List<String> lines = new ArrayList<>();
    lines.add("seed %d: %d repos, %d partitions".formatted(seed, repos, partitions));
    for (int i = 0; i < rounds.size(); i++) {
      Round round = rounds.get(i);
      lines.add(
          "  round %d: %d steps; %s"
              .formatted(
                  i + 1,
                  round.steps(),
                  round.moves().stream().map(Move::toString).collect(Collectors.joining(", "))));
    }
    return String.join(System.lineSeparator(), lines);
  }
}
