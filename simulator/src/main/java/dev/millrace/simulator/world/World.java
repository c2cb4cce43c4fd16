package dev.millrace.simulator.world;

import dev.millrace.atproto.crypto.SigningKey;
import dev.millrace.simulator.event.Streams;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A network as a function of its options: the same options and number of steps give the same
 * accounts, keys, repos, revs and events.
 *
 * <p>Thread-safe: one lock guards everything here; a step takes it for writing and tells its events
 * before it gives it back, whoever reads takes it for reading.
 */
public final class World {
  private final WorldOptions options;
  private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
  private final Timeline timeline;
  private final Streams streams;
  private final Population population;
  private final Stage stage;
  private final Director director;
  private final LabelBook labels;
  private final LongConsumer beforeStep;
  private long steps;

  private World(WorldOptions options, LongConsumer beforeStep) {
    this.options = options;
    this.beforeStep = beforeStep;
    timeline =
        new Timeline(options.start(), options.interval(), options.backlog(), options.history());
    streams =
        new Streams(options.pdsCount(), options.relays(), options.labelers(), options.retention());
    population = new Population(options, timeline);
    stage = new Stage(streams);
    labels = new LabelBook(streams.labelers());
    Library library = new Library();
    Composer composer = new Composer(population, library, stage::moment);
    Labeling labeling = new Labeling(population, library, labels);
    director = new Director(options, population, stage, composer, labeling);
    new Genesis(options, population, timeline, stage, composer, labeling).run();
  }

  /**
   * Makes a world: its old history, its backlog, and the live steps that were taken already.
   *
   * @param liveSteps how many to take again
   * @param beforeStep told the number of live steps, this one included, before each further one
   */
  public static World create(WorldOptions options, long liveSteps, LongConsumer beforeStep) {
    World world = new World(options, beforeStep);
    for (long i = 0; i < options.backlog() + liveSteps; i++) {
      world.take(i);
    }
    world.steps = liveSteps;
    return world;
  }

  private void take(long number) {
    stage.begin(timeline.step(number));
    director.perform(number);
  }

  public WorldOptions options() {
    return options;
  }

  /** The live steps taken. */
  public long steps() {
    return read(() -> steps);
  }

  /**
   * Takes the next live step.
   *
   * @throws IllegalStateException if its moment has not come: steps are taken faster than time goes
   */
  public void step() {
    if (!tryStep()) {
      throw new IllegalStateException("the next step lies in the future");
    }
  }

  /** Takes the next live step if its moment has come. */
  public boolean tryStep() {
    lock.writeLock().lock();
    try {
      long number = options.backlog() + steps;
      if (timeline.step(number) / 1_000 > System.currentTimeMillis()) {
        return false;
      }
      beforeStep.accept(steps + 1);
      take(number);
      steps++;
      return true;
    } finally {
      lock.writeLock().unlock();
    }
  }

  public void step(int count) {
    for (int i = 0; i < count; i++) {
      step();
    }
  }

  public Streams streams() {
    return streams;
  }

  public Truth truth() {
    return new Truth(population, labels, lock.readLock());
  }

  /** What signs the operations of the directory. */
  public SigningKey rotationKey() {
    return population.rotationKey();
  }

  /** All accounts there are now, deleted ones too. */
  public List<Account> accounts() {
    return read(() -> List.copyOf(population.all()));
  }

  /** Reads something of the account under the lock; null if there is no such account. */
  public <T> @Nullable T account(String did, Function<Account, T> reader) {
    lock.readLock().lock();
    try {
      Account account = population.byDid(did);
      return account == null ? null : reader.apply(account);
    } finally {
      lock.readLock().unlock();
    }
  }

  /** The DID that has a handle now, or null. */
  public @Nullable String resolveHandle(String handle) {
    lock.readLock().lock();
    try {
      Account account = population.byHandle(handle);
      return account == null ? null : account.did().value();
    } finally {
      lock.readLock().unlock();
    }
  }

  /** The whole repo of an account, whatever its status; null if there is no such account. */
  public @Nullable RepoBlocks blocks(String did) {
    return account(did, account -> account.repository().blocks());
  }

  /** Does something by hand, between steps. */
  public Direct direct() {
    return new Direct(this);
  }

  /** For {@link Direct}: works on an account and tells what came of it. */
  void act(String did, Consumer<Account> work) {
    write(
        () -> {
          Account account = population.byDid(did);
          if (account == null) {
            throw new IllegalArgumentException("no account " + did);
          }
          stage.begin(timeline.step(options.backlog() + Math.max(0, steps - 1)));
          work.accept(account);
          stage.end(steps);
        });
  }

  String createAccount() {
    String[] did = {""};
    write(
        () -> {
          stage.begin(timeline.step(options.backlog() + Math.max(0, steps - 1)));
          int index = population.all().size();
          SplittableRandom random = Dice.of(options.seed(), "by-hand", index);
          did[0] = director.newAccount(random).did().value();
          stage.end(steps);
        });
    return did[0];
  }

  Stage stage() {
    return stage;
  }

  Director director() {
    return director;
  }

  LabelBook labels() {
    return labels;
  }

  /** Reads something that must not change meanwhile. */
  public <T> T read(Supplier<T> reader) {
    lock.readLock().lock();
    try {
      return reader.get();
    } finally {
      lock.readLock().unlock();
    }
  }

  private void write(Runnable work) {
    lock.writeLock().lock();
    try {
      work.run();
    } finally {
      lock.writeLock().unlock();
    }
  }
}
