package dev.millrace.app.appview;

import dev.millrace.simulator.Simulator;
import dev.millrace.simulator.SimulatorOptions;
import dev.millrace.simulator.record.ActorRecords;
import dev.millrace.simulator.record.Collections;
import dev.millrace.simulator.record.GraphRecords;
import dev.millrace.simulator.record.StrongRef;
import dev.millrace.simulator.world.Account;
import dev.millrace.simulator.world.AccountStatus;
import dev.millrace.simulator.world.Action;
import dev.millrace.simulator.world.Direct;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * A simulated network in which all that ever happened is on the relay's stream, from the first
 * record on, and nothing happens any more.
 *
 * <p>It leaves out what the AppView's indexer does not follow: repos that were replaced and only
 * {@code #sync} tells (it does not fetch them), and other signing keys (it checks no signature).
 */
public final class StillNetwork {
  private static final int RECORDS_PER_REPO = 120;
  private static final int FEWEST_REPOS = 30;
  private static final int STEPS_BETWEEN_COUNTS = 50;

  /** Longer than the day after which the AppView looks a handle up again. */
  private static final Duration HISTORY = Duration.ofDays(10);

  private static final String TIME = "2026-01-01T00:00:00.000Z";
  private static final String RKEY = "3kaaaaaaaaaa2";

  private static final List<AccountStatus> LAST_WORDS =
      List.of(
          AccountStatus.DEACTIVATED,
          AccountStatus.SUSPENDED,
          AccountStatus.TAKENDOWN,
          AccountStatus.DELETED,
          AccountStatus.DELETED);

  private StillNetwork() {}

  /** The caller closes it. */
  public static Simulator of(int records, long seed) {
    Simulator network =
        Simulator.start(
            SimulatorOptions.of(seed, Math.max(FEWEST_REPOS, records / RECORDS_PER_REPO))
                .withRelays(1)
                .withLabelers(0)
                .withRecordsPerRepo(0)
                .withBacklog(0)
                .withRetention(Integer.MAX_VALUE)
                .withStart(Instant.now().minus(HISTORY).minusSeconds(60))
                .withInterval(HISTORY.dividedBy(records))
                .without(Action.RESET, Action.ROTATE_KEY, Action.MIGRATE));
    try {
      tellWhatThereWas(network);
      while (records(network) < records) {
        network.world().step(STEPS_BETWEEN_COUNTS);
      }
      tellWhatNoStepDoes(network);
      end(network);
      return network;
    } catch (RuntimeException e) {
      network.close();
      throw e;
    }
  }

  /** Of the accounts that are not deleted. */
  public static int records(Simulator network) {
    int[] count = {0};
    network.world().truth().forEachRepo(repo -> count[0] += repo.recordCount());
    return count[0];
  }

  /** What the accounts began with is taken back, and written anew for all to hear. */
  private static void tellWhatThereWas(Simulator network) {
    Direct direct = network.world().direct();
    List<Runnable> acts = new ArrayList<>();
    network
        .world()
        .truth()
        .forEachRepo(
            repo ->
                repo.forEachRecord(
                    (collection, rkey, cid, block) -> {
                      acts.addFirst(() -> direct.delete(repo.did(), collection, rkey));
                      acts.addLast(() -> direct.put(repo.did(), collection, rkey, block));
                    }));
    acts.forEach(Runnable::run);
    direct.put(
        network.world().accounts().getFirst().did().value(),
        Collections.LABELER,
        "self",
        ActorRecords.labeler(new SplittableRandom(1), TIME));
  }

  /** What both sides must refuse, and somebody who came by a starter pack. */
  private static void tellWhatNoStepDoes(Simulator network) {
    Direct direct = network.world().direct();
    List<Account> accounts = network.world().accounts();
    String author = accounts.get(1).did().value();
    String other = accounts.get(2).did().value();
    direct.put(
        author, Collections.POST, RKEY, Map.of("$type", Collections.POST, "text", "of no time"));
    direct.put(
        author,
        Collections.LISTITEM,
        RKEY,
        GraphRecords.listitem(TIME, "at://" + other + "/app.bsky.graph.list/" + RKEY, author));
    for (String gate : List.of(Collections.THREADGATE, Collections.POSTGATE)) {
      direct.put(
          author,
          gate,
          RKEY,
          Map.of(
              "$type",
              gate,
              "post",
              "at://" + other + "/app.bsky.feed.post/" + RKEY,
              "createdAt",
              TIME));
    }
    // created anew, for the AppView tells nobody of a profile that names a pack in an update
    direct.delete(author, Collections.PROFILE, "self");
    StrongRef pack = anyStarterPack(network, author);
    direct.put(
        author,
        Collections.PROFILE,
        "self",
        Map.of(
            "$type",
            Collections.PROFILE,
            "displayName",
            "came by a pack",
            "joinedViaStarterPack",
            Map.of("uri", pack.uri(), "cid", pack.cid().toString()),
            "createdAt",
            TIME));
  }

  private static StrongRef anyStarterPack(Simulator network, String notOf) {
    List<StrongRef> packs = new ArrayList<>();
    network
        .world()
        .truth()
        .forEachRepo(
            repo ->
                repo.forEachRecord(
                    (collection, rkey, cid, block) -> {
                      if (collection.equals(Collections.STARTERPACK) && !repo.did().equals(notOf)) {
                        packs.add(
                            new StrongRef(
                                "at://%s/%s/%s".formatted(repo.did(), collection, rkey), cid));
                      }
                    }));
    return packs.getFirst();
  }

  /** Wakes who sleeps, and gives some accounts a last status. */
  private static void end(Simulator network) {
    Direct direct = network.world().direct();
    List<Account> accounts = network.world().accounts();
    accounts.stream()
        .filter(account -> !account.isActive())
        .forEach(account -> direct.setStatus(account.did().value(), AccountStatus.ACTIVE));
    for (int i = 0; i < LAST_WORDS.size(); i++) {
      direct.setStatus(accounts.get(3 + 4 * i).did().value(), LAST_WORDS.get(i));
    }
  }
}
