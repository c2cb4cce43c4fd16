package dev.millrace.connectors.sink.derive;

import dev.millrace.atproto.retry.Backoff;
import dev.millrace.connectors.sink.collection.Erasures;
import dev.millrace.connectors.sink.collection.NotificationAge;
import dev.millrace.connectors.sink.queue.DeriveFailures;
import dev.millrace.connectors.sink.queue.DeriveQueue;
import dev.millrace.connectors.sink.queue.DeriveQueue.Taken;
import dev.millrace.connectors.sink.queue.Kind;
import dev.millrace.connectors.sink.sql.SinkSession;
import dev.millrace.connectors.sink.sql.SqlFailure;
import io.micrometer.core.instrument.MeterRegistry;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;
import javax.sql.DataSource;
import org.jooq.DSLContext;
import org.jooq.exception.DataAccessException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Works off {@code derive_queue}: takes a bounded batch, derives each thing of it from the base
 * rows as they are now, and commits both together. Any number of them may run, in any processes.
 * Owned by the thread of {@link #run}; {@link #isWaiting} and {@link #isBehind} are read by others.
 *
 * <p>Meters: {@code millrace.sink.derived} by kind; {@code millrace.sink.derive.queue}, how many
 * rows wait, counted up to {@value #HIGH_WATER}; {@code millrace.sink.derive.failures}, what was
 * set aside; {@code millrace.sink.derive.rollbacks} by cause.
 */
public final class Deriver implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Deriver.class);

  private static final int BATCH = 500;

  /** So many waiting rows hold backfill, which brings them faster than anything else. */
  static final int HIGH_WATER = 100_000;

  private static final long IDLE_MILLIS = 200;
  private static final int FAILED = -1;

  /** In a row, until {@link #drain} gives up: some minutes. */
  private static final int MAX_FAILURES = 20;

  private static final long COUNT_NANOS = Duration.ofSeconds(5).toNanos();

  private final SinkSession session;
  private final NotificationAge age;
  private final MeterRegistry registry;
  private final AtomicInteger queued = new AtomicInteger();
  private final Backoff backoff =
      new Backoff(Duration.ofMillis(50), Duration.ofSeconds(15), RandomGenerator.getDefault());
  private long countedNanos = System.nanoTime() - COUNT_NANOS;
  private boolean hasRetried;
  private volatile boolean isWaiting;

  public Deriver(DataSource database, NotificationAge age, MeterRegistry registry) {
    this.session = new SinkSession(database);
    this.age = age;
    this.registry = registry;
    registry.gauge("millrace.sink.derive.queue", queued);
  }

  /** Whether the database is away. */
  public boolean isWaiting() {
    return isWaiting;
  }

  /** Whether so much waits that the sink is to read no backfill; looked at every few seconds. */
  public boolean isBehind() {
    return queued.get() >= HIGH_WATER;
  }

  /** Works until told to stop, or until something fails that waiting does not mend. */
  public void run(BooleanSupplier isStopping) throws InterruptedException {
    try (this) {
      while (!isStopping.getAsBoolean()) {
        if (tryBatch() == 0) {
          Thread.sleep(IDLE_MILLIS);
        }
      }
    }
  }

  /**
   * Works until nothing is left that can be derived now.
   *
   * @throws IllegalStateException if it fails too often
   */
  public void drain() throws InterruptedException {
    while (tryBatch() != 0) {
      if (backoff.failures() > MAX_FAILURES) {
        throw new IllegalStateException(
            "nothing was derived in " + MAX_FAILURES + " tries; is the database away?");
      }
    }
  }

  /** Derives a batch, or waits if it failed; how many things, {@value #FAILED} if it failed. */
  private int tryBatch() throws InterruptedException {
    try {
      retryFailures();
      int derived = deriveBatch();
      count();
      backoff.reset();
      isWaiting = false;
      return derived;
    } catch (SQLException | DataAccessException e) {
      session.rollback();
      failed(SqlFailure.of(e), e);
      return FAILED;
    }
  }

  /** Once in a run: this version may be able to. */
  private void retryFailures() throws SQLException {
    if (!hasRetried) {
      Connection connection = session.connection();
      int retried = DeriveFailures.retry(SinkSession.sql(connection));
      connection.commit();
      hasRetried = true;
      if (retried > 0) {
        log.info("{} things that could not be derived are tried again", retried);
      }
    }
  }

  private void failed(SqlFailure failure, Exception cause) throws InterruptedException {
    registry
        .counter("millrace.sink.derive.rollbacks", "cause", failure.name().toLowerCase(Locale.ROOT))
        .increment();
    switch (failure) {
      case COLLISION -> {}
      case AWAY -> isWaiting = true;
      case POISON, DEFECT ->
          throw new IllegalStateException("cannot derive: " + cause.getMessage(), cause);
    }
    Duration pause = backoff.next();
    log.info("derived again in {} ms: {}", pause.toMillis(), cause.getMessage());
    Thread.sleep(pause);
  }

  /**
   * Derives one batch; returns how many things. One that cannot be derived is set aside, and does
   * not keep the others.
   *
   * @throws SQLException or a DataAccessException if it is the database that fails
   */
  public int deriveBatch() throws SQLException {
    Connection connection = session.connection();
    Taken taken = DeriveQueue.take(SinkSession.sql(connection), BATCH);
    try {
      derive(connection, taken);
    } catch (SQLException | RuntimeException e) {
      if (isOfTheDatabase(e)) {
        throw e;
      }
      session.rollback();
      log.error("one of {} things cannot be derived and is set aside", taken.ids().size(), e);
      for (long id : taken.ids()) {
        deriveOrSetAside(id);
      }
    }
    return taken.ids().size();
  }

  /** And not of what is derived. */
  private static boolean isOfTheDatabase(Exception failure) {
    return SqlFailure.in(failure) != null && SqlFailure.of(failure) != SqlFailure.POISON;
  }

  private void deriveOrSetAside(long id) throws SQLException {
    try {
      Connection connection = session.connection();
      derive(connection, DeriveQueue.take(SinkSession.sql(connection), List.of(id)));
    } catch (SQLException | RuntimeException e) {
      if (isOfTheDatabase(e)) {
        throw e;
      }
      session.rollback();
      Connection connection = session.connection();
      DeriveFailures.add(SinkSession.sql(connection), id, e);
      connection.commit();
      registry.counter("millrace.sink.derive.failures").increment();
    }
  }

  private void derive(Connection connection, Taken taken) throws SQLException {
    DSLContext sql = SinkSession.sql(connection);
    Map<Kind, NavigableSet<String>> keys = taken.keys();
    NavigableSet<String> handles = Objects.requireNonNull(keys.get(Kind.HANDLE));
    DeriveQueue.lock(sql, handles);
    HandleOwners.derive(sql, handles);
    erase(sql, keys);
    new Posts(connection, age).derive(keys);
    connection.commit();
    keys.forEach(
        (kind, things) ->
            registry
                .counter("millrace.sink.derived", "kind", kind.word())
                .increment(things.size()));
  }

  private static void erase(DSLContext sql, Map<Kind, NavigableSet<String>> keys) {
    NavigableSet<String> dids = new TreeSet<>(keys.get(Kind.ERASURE));
    DeriveQueue.addForLater(sql, Kind.ERASURE_AGAIN, dids);
    dids.addAll(keys.get(Kind.ERASURE_AGAIN));
    Erasures.of(sql, dids).withdraw(sql);
  }

  @Override
  public void close() {
    session.close();
  }

  private void count() throws SQLException {
    if (System.nanoTime() - countedNanos > COUNT_NANOS) {
      countedNanos = System.nanoTime();
      boolean wasBehind = isBehind();
      Connection connection = session.connection();
      queued.set(DeriveQueue.size(SinkSession.sql(connection), HIGH_WATER));
      connection.commit();
      if (isBehind() != wasBehind) {
        log.info(
            "{} rows wait to be derived: backfill {}",
            queued,
            isBehind() ? "is held until they are fewer" : "is read again");
      }
    }
  }
}
