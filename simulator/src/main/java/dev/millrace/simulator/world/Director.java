package dev.millrace.simulator.world;

import dev.millrace.atproto.cbor.DagCbor;
import dev.millrace.atproto.syntax.Tid;
import dev.millrace.simulator.record.Collections;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Decides what happens in each step: an action, and often some reactions of others. The first steps
 * go through all actions and kinds of records once. Guarded by the world's write lock.
 */
final class Director {
  private static final String[] REACTIONS = {
    Collections.LIKE, Collections.REPOST, Collections.FOLLOW, Collections.BLOCK
  };
  private static final String[] DELETABLE = {
    Collections.LIKE,
    Collections.LIKE,
    Collections.LIKE,
    Collections.REPOST,
    Collections.FOLLOW,
    Collections.FOLLOW,
    Collections.POST,
    Collections.POST,
    Collections.BLOCK,
    Collections.LISTITEM,
    Collections.LIST,
    Collections.LISTBLOCK,
    Collections.THREADGATE,
    Collections.POSTGATE,
    Collections.GENERATOR,
    Collections.STARTERPACK,
    Collections.VERIFICATION,
    Collections.STATUS,
    Collections.NOTIFICATIONS,
    Collections.UNKNOWN
  };
  private static final String[] UPDATABLE = {
    Collections.PROFILE,
    Collections.PROFILE,
    Collections.PROFILE,
    Collections.POST,
    Collections.LIST,
    Collections.GENERATOR,
    Collections.STARTERPACK,
    Collections.THREADGATE,
    Collections.POSTGATE,
    Collections.CHAT,
    Collections.NOTIFICATIONS,
    Collections.STATUS,
    Collections.LIKE
  };

  /** Before any world begins: 2020, in microseconds. */
  private static final long LONG_AGO = 1_577_836_800_000_000L;

  private final long seed;
  private final Set<Action> without;
  private final Population population;
  private final Stage stage;
  private final Composer composer;
  private final Labeling labeling;
  private final Deque<Account> inactive = new ArrayDeque<>();
  private long lastIdentity;

  Director(
      WorldOptions options,
      Population population,
      Stage stage,
      Composer composer,
      Labeling labeling) {
    this.seed = options.seed();
    this.without = options.without();
    this.population = population;
    this.stage = stage;
    this.composer = composer;
    this.labeling = labeling;
  }

  /** Lets a step happen; the stage's clock is set. */
  void perform(long step) {
    SplittableRandom random = Dice.of(seed, "step", step);
    perform(action(step, random), step, random);
    for (int reactions = random.nextInt(3); reactions > 0; reactions--) {
      Account author = population.author(random);
      stage.commit(author, composer.compose(Kind.pick(random), author, random));
    }
    stage.end(step);
  }

  private Action action(long step, RandomGenerator random) {
    Action[] all = Action.values();
    Action action = Action.pick(random, without);
    return step < all.length && !without.contains(all[(int) step]) ? all[(int) step] : action;
  }

  private void perform(Action action, long step, RandomGenerator random) {
    Account author = population.author(random);
    switch (action) {
      case CREATE -> create(author, step, random);
      case DELETE -> delete(author, random);
      case REDO -> redo(author, random);
      case DUPLICATE -> duplicate(author, random);
      case UPDATE -> update(author, random);
      case EMPTY_COMMIT -> stage.commit(author, List.of());
      case HANDLE -> {
        int generation = author.identities().size();
        become(author, population.handle(author.index(), generation), author.pds(), false);
        stage.identity(author);
      }
      case IDENTITY -> stage.identity(author);
      case STATUS -> status(random);
      case SYNC -> stage.sync(author);
      case RESET -> reset(author, random);
      case LABEL -> labeling.label(random, stage.moment());
      case NEW_ACCOUNT -> newAccount(random);
      case ROTATE_KEY -> rotateKey(author);
      case MIGRATE -> migrate(author);
    }
  }

  private void create(Account author, long step, RandomGenerator random) {
    int first = Action.values().length;
    Kind[] kinds = Kind.values();
    if (step >= first && step < first + kinds.length) {
      Kind kind = kinds[(int) step - first];
      Account who = kind == Kind.LABELER ? labelerOr(author) : author;
      stage.commit(who, composer.compose(kind, who, random));
      return;
    }
    Map<String, Write> writes = new LinkedHashMap<>();
    int count = random.nextInt(12) == 0 ? 2 + random.nextInt(6) : 1;
    for (int i = 0; i < count; i++) {
      composer.compose(Kind.pick(random), author, random).forEach(w -> writes.put(w.path(), w));
    }
    stage.commit(author, List.copyOf(writes.values()));
  }

  private Account labelerOr(Account author) {
    return population.labelers() == 0 ? author : population.from(0, population::isLabeler);
  }

  private void delete(Account author, RandomGenerator random) {
    String path = some(author, DELETABLE, random);
    if (path == null) {
      stage.commit(author, composer.compose(Kind.POST, author, random));
      return;
    }
    stage.commit(author, deletion(author, path));
  }

  /** A post takes its gates along. */
  private static List<Write> deletion(Account author, String path) {
    List<Write> writes = new ArrayList<>();
    writes.add(Write.delete(path));
    if (path.startsWith(Collections.POST + "/")) {
      String rkey = path.substring(Collections.POST.length() + 1);
      for (String gate : List.of(Collections.THREADGATE, Collections.POSTGATE)) {
        if (author.repository().get(gate + "/" + rkey) != null) {
          writes.add(Write.delete(gate + "/" + rkey));
        }
      }
    }
    return writes;
  }

  private void redo(Account author, RandomGenerator random) {
    String path = some(author, REACTIONS, random);
    if (path == null) {
      stage.commit(author, composer.compose(Kind.LIKE, author, random));
      return;
    }
    Write again = composer.again(author, path, record(author, path));
    if (random.nextBoolean()) {
      stage.commit(author, List.of(Write.delete(path), again));
    } else {
      stage.commit(author, List.of(Write.delete(path)));
      stage.commit(author, List.of(again));
    }
  }

  private void duplicate(Account author, RandomGenerator random) {
    String path = some(author, REACTIONS, random);
    stage.commit(
        author,
        path == null
            ? composer.compose(Kind.LIKE, author, random)
            : List.of(composer.again(author, path, record(author, path))));
  }

  private void update(Account author, RandomGenerator random) {
    String path = some(author, UPDATABLE, random);
    if (path == null) {
      stage.commit(author, composer.compose(Kind.PROFILE, author, random));
      return;
    }
    Map<String, Object> record = record(author, path);
    record.put("createdAt", Timeline.text(stage.moment()));
    if (path.startsWith(Collections.PROFILE + "/") || path.startsWith(Collections.LIST + "/")) {
      record.put("description", "edited " + random.nextInt(1_000_000));
    }
    stage.commit(author, List.of(Write.put(path, DagCbor.encode(record))));
  }

  private static @Nullable String some(
      Account author, String[] collections, RandomGenerator random) {
    int start = random.nextInt(collections.length);
    for (int i = 0; i < collections.length; i++) {
      String path = author.repository().any(collections[(start + i) % collections.length], random);
      if (path != null) {
        return path;
      }
    }
    return null;
  }

  @SuppressWarnings("unchecked") // the simulator's own records are maps without null at the top
  private static Map<String, Object> record(Account author, String path) {
    byte[] block = author.repository().get(path);
    if (block == null || !(DagCbor.decode(block) instanceof Map<?, ?> record)) {
      throw new IllegalStateException("no record at " + path);
    }
    return new LinkedHashMap<>((Map<String, Object>) record);
  }

  private void status(RandomGenerator random) {
    int most = Math.max(1, population.all().size() / 20);
    boolean wake = random.nextBoolean();
    if (!inactive.isEmpty() && (wake || inactive.size() >= most)) {
      setStatus(inactive.removeFirst(), AccountStatus.ACTIVE);
      return;
    }
    Account account = population.author(random);
    AccountStatus status =
        switch (random.nextInt(10)) {
          case 0, 1 -> AccountStatus.SUSPENDED;
          case 2, 3 -> AccountStatus.TAKENDOWN;
          default -> AccountStatus.DEACTIVATED;
        };
    if (population.isLabeler(account) || population.all().size() < 3) {
      stage.account(account);
    } else {
      inactive.addLast(account);
      setStatus(account, status);
    }
  }

  /** Says so; an account that is active again also says where its repo stands. */
  void setStatus(Account account, AccountStatus status) {
    account.status(status);
    stage.account(account);
    if (status == AccountStatus.ACTIVE) {
      stage.sync(account);
    }
  }

  /** After a deletion: another repo under the same DID, whose revs begin below those before. */
  void recreate(Account account, List<Write> writes) {
    account.beginAnew();
    stage.identity(account);
    stage.account(account);
    stage.commitAt(account, writes, Tid.of(LONG_AGO + stage.moment() % 1_000_000_000, 0));
  }

  private void reset(Account author, RandomGenerator random) {
    List<Write> writes = new ArrayList<>();
    String gone = some(author, DELETABLE, random);
    if (gone != null) {
      writes.addAll(deletion(author, gone));
    }
    writes.addAll(composer.compose(Kind.POST, author, random));
    reset(author, writes);
  }

  void reset(Account account, List<Write> writes) {
    stage.apply(account, writes);
    stage.sync(account);
  }

  Account newAccount(RandomGenerator random) {
    Account account = population.make(population.all().size(), identityMoment());
    population.add(account);
    stage.identity(account);
    stage.account(account);
    stage.commit(account, List.of());
    stage.commit(account, composer.compose(Kind.PROFILE, account, random));
    return account;
  }

  /** Signs an empty commit at once, so that the new key verifies the repo. */
  void rotateKey(Account account) {
    become(account, account.handle(), account.pds(), true);
    stage.identity(account);
    stage.commit(account, List.of());
  }

  private void migrate(Account account) {
    migrate(account, (account.pds() + 1) % population.pdsCount());
  }

  void migrate(Account account, int pds) {
    become(account, account.handle(), pds, true);
    stage.identity(account);
    stage.account(account);
    stage.commit(account, List.of());
    stage.sync(account);
  }

  void become(Account account, String handle, int pds, boolean newKey) {
    int generation = account.identities().size();
    population.become(
        account,
        new Identity(
            identityMoment(),
            handle,
            pds,
            newKey ? population.key(account.index(), generation) : account.key()));
  }

  /**
   * Apart from the one before by two milliseconds, for the directory exports by time, and a new DID
   * takes two.
   */
  private long identityMoment() {
    lastIdentity = Math.max(lastIdentity + 2_000, stage.moment() / 1_000 * 1_000);
    return lastIdentity;
  }
}
