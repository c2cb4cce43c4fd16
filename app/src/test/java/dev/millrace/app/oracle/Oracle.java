package dev.millrace.app.oracle;

import static org.awaitility.Awaitility.await;

import dev.millrace.app.run.Lags;
import dev.millrace.simulator.Simulator;
import dev.millrace.simulator.SimulatorOptions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.admin.Admin;
import org.awaitility.core.ConditionTimeoutException;

/**
 * Runs the pipeline for a seed: plays the script while the network goes on, lets the faults end and
 * everything arrive, then checks. Owned by the thread that calls it.
 */
final class Oracle {
  /** The world is a function of the seed: its clock begins at the same moment in every run. */
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private static final Duration ROUND = Duration.ofSeconds(2);
  private static final Duration STRIKE = Duration.ofMinutes(1);
  private static final Duration SETTLE = Duration.ofMinutes(2);
  private static final Duration LOOK = Duration.ofMillis(50);

  private final OracleServers servers;

  Oracle(OracleServers servers) {
    this.servers = servers;
  }

  /**
   * What came of a seed.
   *
   * @param struck faults, kills and acts that happened
   * @param deaths parts that were killed and replaced
   * @param problems what is wrong at the end, in words; empty if all is as it must be
   */
  record Outcome(
      Script script, int struck, int deaths, long records, Duration took, List<String> problems) {
    boolean isEqual() {
      return problems.isEmpty();
    }

    /** All that is needed to see it again. */
    String story() {
      return script + System.lineSeparator() + String.join(System.lineSeparator(), problems);
    }
  }

  /** Whatever goes wrong, in a start or a stop too, is a problem of this seed alone. */
  Outcome run(long seed) throws InterruptedException {
    Script script = Script.of(seed);
    long begun = System.nanoTime();
    try {
      return run(script, begun);
    } catch (InterruptedException e) {
      throw e;
    } catch (Exception | AssertionError e) {
      return new Outcome(script, 0, 0, 0, since(begun), List.of(words(e)));
    }
  }

  private static Duration since(long begun) {
    return Duration.ofNanos(System.nanoTime() - begun);
  }

  private static String words(Throwable thrown) {
    StringBuilder words =
        new StringBuilder(
            thrown instanceof AssertionError
                ? String.valueOf(thrown.getMessage())
                : thrown.toString());
    for (Throwable at = thrown.getCause(); at != null; at = at.getCause()) {
      words.append(": ").append(at);
    }
    return words.toString();
  }

  private Outcome run(Script script, long begun) throws Exception {
    long seed = script.seed();
    Kills kills = new Kills();
    try (Simulator network =
            Simulator.start(
                SimulatorOptions.of(seed, script.repos())
                    .withStart(START)
                    .withRecordsPerRepo(12)
                    .withBacklog(60));
        Rig rig = new Rig(servers, script, network, kills);
        Admin admin = Admin.create(rig.kafka().admin())) {
      Stagehand stagehand = new Stagehand(network, rig, kills, new GroupMembers(rig));
      List<String> problems = new ArrayList<>();
      try {
        play(script, network, rig, stagehand);
        strike(rig, stagehand);
        network.faults().clear();
        rig.secondRelay.fill();
        stagehand.wakeAll();
        settle(rig, new Settled(network, rig, new Lags(admin)));
        for (Guarantee guarantee : guarantees(script, network, rig)) {
          problems.addAll(guarantee.breaches());
        }
      } catch (InterruptedException e) {
        throw e;
      } catch (Exception | AssertionError e) {
        problems.add(words(e));
      }
      problems.addAll(
          new Evidence(new TopicReader(rig.kafka()), rig.database()).of(List.copyOf(problems)));
      return new Outcome(
          script,
          stagehand.struck(),
          rig.deaths(),
          network.world().truth().recordCount(),
          since(begun),
          problems);
    } finally {
      servers.drop(seed);
    }
  }

  private static void play(Script script, Simulator network, Rig rig, Stagehand stagehand)
      throws InterruptedException {
    boolean isFirst = true;
    for (Script.Round round : script.rounds()) {
      if (isFirst) {
        // What strikes a start is armed before it.
        for (Script.Move move : round.moves()) {
          if (isArmed(move)) {
            stagehand.play(move);
          }
        }
        rig.start();
      }
      for (Script.Move move : round.moves()) {
        if (!isFirst || !isArmed(move)) {
          stagehand.play(move);
        }
      }
      isFirst = false;
      network.world().step(round.steps());
      // Not a condition of the run: a fault that waits for something rare must not hold the rest.
      waitUntil("the round", ROUND, rig, () -> stagehand.waiting().isEmpty());
    }
  }

  private static boolean isArmed(Script.Move move) {
    return move.act().fault() != null
        || move.act() == Act.KILL
        || move.act() == Act.COMMIT_ANSWER_LOST;
  }

  private static void strike(Rig rig, Stagehand stagehand) {
    int[] turn = {0};
    boolean haveStruck =
        waitUntil(
            "every fault",
            STRIKE,
            rig,
            () -> {
              if (stagehand.waiting().isEmpty()) {
                return true;
              }
              if (turn[0]++ % 10 == 0) {
                stagehand.nudge(turn[0] / 10);
              }
              return false;
            });
    if (!haveStruck) {
      throw new AssertionError("never fired: " + stagehand.waiting());
    }
  }

  private static void settle(Rig rig, Settled settled) {
    if (!waitUntil("the end", SETTLE, rig, settled::look)) {
      throw new AssertionError("not settled within " + SETTLE + ": " + settled.open());
    }
  }

  /** Whether it came true in time; who was killed meanwhile is replaced. */
  static boolean waitUntil(String what, Duration limit, Rig rig, Callable<Boolean> condition) {
    try {
      await(what)
          .atMost(limit)
          .pollInSameThread()
          .pollDelay(Duration.ZERO)
          .pollInterval(LOOK)
          .until(
              () -> {
                rig.tend();
                return condition.call();
              });
      return true;
    } catch (ConditionTimeoutException e) {
      return false;
    }
  }

  private static List<Guarantee> guarantees(Script script, Simulator network, Rig rig) {
    TopicReader topics = new TopicReader(rig.kafka());
    return List.of(
        new RowsAreTheNetworks(network, rig.database()),
        new TablesAgree(rig.database()),
        new DeletedAccountsLeaveNothing(network, rig.database()),
        new EventLogIsWhole(script, network, topics),
        new SnapshotsAreWhole(topics));
  }
}
