package dev.millrace.app.oracle;

import dev.millrace.atproto.cbor.DagCbor;
import dev.millrace.connectors.kafka.CursorStore;
import dev.millrace.schema.event.CursorKey;
import dev.millrace.schema.event.CursorValue;
import dev.millrace.simulator.Simulator;
import dev.millrace.simulator.fault.Fault;
import dev.millrace.simulator.fault.FaultKind;
import dev.millrace.simulator.fault.FaultSpec;
import dev.millrace.simulator.world.Account;
import dev.millrace.simulator.world.AccountStatus;
import dev.millrace.simulator.world.Direct;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Lets the moves of a script happen, and knows which of them have struck. Owned by the thread that
 * runs the seed.
 */
final class Stagehand {
  private static final String GET_REPO = "com.atproto.sync.getRepo";
  private static final String POST = "app.bsky.feed.post";
  private static final Duration REBALANCE = Duration.ofMinutes(1);

  private final Simulator network;
  private final Rig rig;
  private final Kills kills;
  private final Map<String, Fault> faults = new LinkedHashMap<>();
  private final List<String> done = new ArrayList<>();
  private final Map<Seat, BooleanSupplier> joining = new LinkedHashMap<>();
  private final GroupMembers members;
  private int posts;

  Stagehand(Simulator network, Rig rig, Kills kills, GroupMembers members) {
    this.network = network;
    this.rig = rig;
    this.kills = kills;
    this.members = members;
  }

  /** What has not struck yet, in words. */
  List<String> waiting() {
    List<String> waiting = new ArrayList<>();
    kills.waiting().forEach(point -> waiting.add("KILL " + point));
    faults.forEach(
        (name, fault) -> {
          if (fault.fired() == 0) {
            waiting.add(name);
          }
        });
    joining.values().removeIf(BooleanSupplier::getAsBoolean);
    joining.keySet().forEach(seat -> waiting.add("a share for the " + seat));
    if (rig.doomed().answersToLose() > 0) {
      waiting.add(Act.COMMIT_ANSWER_LOST.name());
    }
    return waiting;
  }

  /** How many things have struck or were done. */
  int struck() {
    return done.size()
        + faults.size()
        - (int) faults.values().stream().filter(f -> f.fired() == 0).count();
  }

  void play(Script.Move move) throws InterruptedException {
    Act act = move.act();
    if (act.fault() != null) {
      Fault fault = inject(act, act.fault(), move.pick());
      faults.put(move.toString(), fault);
      return;
    }
    switch (act) {
      case KILL -> {
        CrashPoint point = Objects.requireNonNull(move.point());
        kills.arm(point, 1 + move.pick() % mostTimes(point));
      }
      case COMMIT_ANSWER_LOST -> rig.doomed().loseAnAnswer();
      case SECOND_INDEXER_JOINS -> joins(rig.secondIndexer, Rig.INDEXER_GROUP, Rig.SECOND_INDEXER);
      case SECOND_INDEXER_LEAVES -> leaves(rig.secondIndexer);
      case SECOND_BACKFILLER_JOINS ->
          joins(rig.secondBackfiller, Rig.BACKFILLER_GROUP, Rig.SECOND_BACKFILLER);
      case SECOND_BACKFILLER_LEAVES -> leaves(rig.secondBackfiller);
      case SECOND_TRACKER_JOINS -> joins(rig.secondTracker, Rig.TRACKER_GROUP, Rig.SECOND_TRACKER);
      case SECOND_TRACKER_LEAVES -> leaves(rig.secondTracker);
      case SECOND_RELAY_STARTS -> rig.secondRelay.fill();
      case CURSOR_OUTDATED -> setCursor("1");
      case CURSOR_IN_FUTURE -> setCursor("900000000");
      case RESTART_BROKER -> rig.restartBroker();
      case RESTART_POSTGRES -> rig.restartPostgres();
      default -> account(act, move.pick());
    }
    done.add(move.toString());
  }

  private void joins(Seat seat, String group, String part) {
    seat.fill();
    joining.put(seat, () -> members.hasShare(group, part));
  }

  /** Not before it has had a share of the work. */
  private void leaves(Seat seat) {
    BooleanSupplier hasShare = joining.get(seat);
    if (hasShare != null
        && !Oracle.waitUntil("a rebalance", REBALANCE, rig, hasShare::getAsBoolean)) {
      throw new AssertionError("the " + seat + " never had a partition");
    }
    joining.remove(seat);
    seat.empty();
  }

  /** A point is struck at the latest when it is reached so often. */
  private static int mostTimes(CrashPoint point) {
    return switch (point) {
      case DURING_EXPANSION -> 30;
      // The deriver commits often, and mostly nothing.
      case BEFORE_DERIVE_COMMIT, AFTER_DERIVE_COMMIT -> 40;
      default -> point.victim() == CrashPoint.Victim.LISTING ? 1 : 4;
    };
  }

  /** Makes sure that every stream, every label and every fetch has something to strike. */
  void nudge(int turn) {
    network.world().step(3);
    List<Account> active = accounts(Account::isActive);
    if (!active.isEmpty()) {
      reset(active.get(turn % active.size()).did().value());
    }
    String labeler = network.world().accounts().getFirst().did().value();
    network.world().direct().label(labeler, labeler, null, "nudge" + turn, false);
  }

  /** Accounts that are not active give nothing out to compare with: all but the deleted wake. */
  void wakeAll() {
    for (Account account : network.world().accounts()) {
      if (isAsleep(account)) {
        network.world().direct().setStatus(account.did().value(), AccountStatus.ACTIVE);
      }
    }
  }

  private static boolean isAsleep(Account account) {
    return !account.isActive() && account.status() != AccountStatus.DELETED;
  }

  private static boolean isDeleted(Account account) {
    return account.status() == AccountStatus.DELETED;
  }

  private void account(Act act, int pick) {
    Predicate<Account> isCandidate =
        switch (act) {
          case WAKE -> Stagehand::isAsleep;
          case RECREATE_ACCOUNT -> Stagehand::isDeleted;
          default -> Account::isActive;
        };
    // Some must stay active, or nothing happens any more.
    int fewest = act == Act.WAKE || act == Act.RECREATE_ACCOUNT ? 1 : 4;
    while (accounts(isCandidate).size() < fewest) {
      account(whatAllows(act), pick);
    }
    List<Account> candidates = accounts(isCandidate);
    Account account = candidates.get(pick % candidates.size());
    String did = account.did().value();
    Direct direct = network.world().direct();
    switch (act) {
      case DEACTIVATE -> direct.setStatus(did, AccountStatus.DEACTIVATED);
      case SUSPEND -> direct.setStatus(did, AccountStatus.SUSPENDED);
      case TAKE_DOWN -> direct.setStatus(did, AccountStatus.TAKENDOWN);
      case DELETE_ACCOUNT -> direct.setStatus(did, AccountStatus.DELETED);
      case RECREATE_ACCOUNT -> direct.recreate(did, POST, "anew", post("under the same DID"));
      case WAKE -> direct.setStatus(did, AccountStatus.ACTIVE);
      case MIGRATE -> migrate(did);
      case ROTATE_KEY -> direct.rotateKey(did);
      case CHANGE_HANDLE -> direct.changeHandle(did, "changed" + pick + ".mill.test");
      case RESET_REPO -> reset(did);
      default -> throw new IllegalArgumentException("nothing that an account does: " + act);
    }
  }

  /** What makes one more account a candidate, so that no act of a script does nothing. */
  private Act whatAllows(Act act) {
    return switch (act) {
      case WAKE -> Act.DEACTIVATE;
      case RECREATE_ACCOUNT -> Act.DELETE_ACCOUNT;
      default -> accounts(Stagehand::isAsleep).isEmpty() ? Act.RECREATE_ACCOUNT : Act.WAKE;
    };
  }

  /** Accounts that something may happen to: all but the labelers. */
  private List<Account> accounts(Predicate<Account> wanted) {
    return network.world().accounts().stream()
        .filter(account -> account.labelKey() == null && wanted.test(account))
        .toList();
  }

  /** Of a labeler only the records: nobody could check its labels any more. */
  private void deleteAccount(String did) {
    if (network.world().account(did, Account::labelKey) == null) {
      network.world().direct().setStatus(did, AccountStatus.DELETED);
    } else {
      deleteRecords(did);
    }
  }

  private void migrate(String did) {
    Integer pds = network.world().account(did, Account::pds);
    network
        .world()
        .direct()
        .migrate(did, (Objects.requireNonNull(pds) + 1) % network.pdses().size());
  }

  private void reset(String did) {
    network
        .world()
        .direct()
        .reset(did, POST, "reset" + posts, DagCbor.encode(post("only #sync tells of it")));
    posts++;
  }

  private static Map<String, Object> post(String text) {
    return Map.of("$type", POST, "text", text, "createdAt", "2026-01-01T00:00:00.000Z");
  }

  private Fault inject(Act act, FaultKind kind, int pick) {
    List<URI> relays = network.relays();
    FaultSpec spec = FaultSpec.of(kind);
    return switch (act) {
      case GET_REPO_500 ->
          network.faults().inject(spec.forMethod(GET_REPO).status(500).times(1 + pick % 6));
      case GET_REPO_429 ->
          network
              .faults()
              .inject(
                  spec.forMethod(GET_REPO)
                      .status(429)
                      .retryAfter(Duration.ofSeconds(1))
                      .times(1 + pick % 3));
      case LIST_REPOS_500 ->
          network.faults().inject(spec.forMethod("com.atproto.sync.listRepos").times(1 + pick % 2));
      case LISTED_STATUS -> network.faults().inject(spec.times(1 + pick % 3));
      case GET_REPO_HANGS -> network.faults().inject(spec.forMethod(GET_REPO));
      case DIRECTORY_HANGS -> network.faults().inject(spec.onHost(network.plc()));
      case LABELS_DISCONNECT,
          LABELS_TOO_SLOW,
          LABELS_REPEATED,
          LABELS_EARLIER,
          LABELS_CUT_FRAME,
          LABELS_UNKNOWN_EVENT,
          LABELS_TEXT_FRAME ->
          network.faults().inject(spec.onHost(network.labelers().getFirst()));
      case DIRECTORY_500 -> network.faults().inject(spec.onHost(network.plc()).times(1 + pick % 4));
      case MIGRATES_DURING_FETCH -> overtaken(this::migrate);
      case DEACTIVATES_DURING_FETCH ->
          overtaken(did -> network.world().direct().setStatus(did, AccountStatus.DEACTIVATED));
      case DELETES_ACCOUNT_DURING_FETCH -> overtaken(this::deleteAccount);
      case DELETES_RECORD_DURING_FETCH -> overtaken(this::deleteRecords);
      case CUT_CAR, FLIPPED_BYTE_IN_CAR, FORGED_CAR, OTHER_REPO ->
          network.faults().inject(spec.times(1 + pick % 3));
      // What strikes the first relay is sure to find an event there; the other may begin late.
      default -> network.faults().inject(spec.onHost(relays.getFirst()));
    };
  }

  private Fault overtaken(Consumer<String> event) {
    return network.faults().inject(FaultSpec.of(FaultKind.OVERTAKEN_FETCH), event);
  }

  /** Up to three of each collection that go; where there is none, one that came meanwhile. */
  private void deleteRecords(String did) {
    List<String> paths =
        network
            .world()
            .account(
                did,
                account -> {
                  List<String> found = new ArrayList<>();
                  for (String collection : account.collections()) {
                    NavigableMap<String, byte[]> records = account.records(collection);
                    records.keySet().stream().limit(3).forEach(found::add);
                  }
                  return found;
                });
    if (Objects.requireNonNull(paths).isEmpty()) {
      network.world().direct().put(did, POST, "overtaken", post("gone at once"));
      paths.add(POST + "/overtaken");
    }
    for (String path : Objects.requireNonNull(paths)) {
      int slash = path.indexOf('/');
      network.world().direct().delete(did, path.substring(0, slash), path.substring(slash + 1));
    }
  }

  /** As an operator does: the stream's producer is stopped meanwhile. */
  private void setCursor(String cursor) throws InterruptedException {
    rig.relay.empty();
    new CursorStore(rig.kafka())
        .set(
            new CursorKey(CursorKey.Stream.FIREHOSE, Rig.name(network.relays().getFirst())),
            CursorValue.at(cursor, null, "2026-01-01T00:00:00.000Z"),
            new SimpleMeterRegistry());
    rig.relay.fill();
  }
}
