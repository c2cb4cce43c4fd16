package dev.millrace.connectors.window;

import static dev.millrace.schema.jooq.Tables.BACKFILL_RANGE;
import static dev.millrace.schema.jooq.Tables.BACKFILL_WINDOW;
import static dev.millrace.schema.jooq.Tables.FIREHOSE_CURSOR;
import static org.jooq.impl.DSL.excluded;

import dev.millrace.atproto.retry.Backoff;
import dev.millrace.connectors.sink.sql.SinkSession;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import javax.sql.DataSource;
import org.jooq.DSLContext;
import org.jooq.JSONB;
import org.jooq.exception.DataAccessException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Windows and their progress in Postgres, for who looks and for the next run; on one connection,
 * which also holds the service's lock. What was read and is durable stands in {@code
 * ingest_cursors}; what is here is written after that, so it is never ahead.
 *
 * <p>Safe for use by several threads. A connection that breaks is opened again, if the lock is
 * still to be had.
 */
final class WindowStore implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(WindowStore.class);
  private static final Duration LONGEST_AWAY = Duration.ofMinutes(5);
  private static final Duration VALID = Duration.ofSeconds(5);

  private final DataSource database;
  private final String service;
  private Connection connection;

  private WindowStore(DataSource database, String service, Connection connection) {
    this.database = database;
    this.service = service;
    this.connection = connection;
  }

  /**
   * Takes the service's lock.
   *
   * @throws WindowException if somebody else has it, whom the message names
   */
  static WindowStore open(DataSource database, String service) throws SQLException {
    return new WindowStore(database, service, WindowLock.take(database, service));
  }

  /** The last window of a relay, whether it is finished or not. */
  Optional<WindowPlan> load(String relay) throws InterruptedException {
    return work(
        sql -> {
          List<WindowRange> ranges =
              sql.selectFrom(BACKFILL_RANGE)
                  .where(BACKFILL_RANGE.SERVICE.eq(service))
                  .and(BACKFILL_RANGE.RELAY.eq(relay))
                  .orderBy(BACKFILL_RANGE.NUMBER)
                  .fetch(
                      row ->
                          new WindowRange(
                              row.getNumber(),
                              row.getStartCursor(),
                              row.getBaseCursor(),
                              row.getEndCursor(),
                              row.getCursor(),
                              moment(row.getLastEventTime()),
                              row.getGap(),
                              row.getFinished()));
          return sql.selectFrom(BACKFILL_WINDOW)
              .where(BACKFILL_WINDOW.SERVICE.eq(service))
              .and(BACKFILL_WINDOW.RELAY.eq(relay))
              .fetchOptional(
                  row ->
                      new WindowPlan(
                          service,
                          relay,
                          row.getAsked(),
                          row.getBegunAt().toInstant(),
                          row.getFinishedAt() != null,
                          ranges));
        });
  }

  /** Begins a window in place of the last one. */
  void begin(WindowPlan plan, String cursorName) throws InterruptedException {
    write(
        sql -> {
          sql.deleteFrom(BACKFILL_WINDOW)
              .where(BACKFILL_WINDOW.SERVICE.eq(service))
              .and(BACKFILL_WINDOW.RELAY.eq(plan.relay()))
              .execute();
          sql.insertInto(BACKFILL_WINDOW)
              .set(BACKFILL_WINDOW.SERVICE, service)
              .set(BACKFILL_WINDOW.RELAY, plan.relay())
              .set(BACKFILL_WINDOW.ASKED, plan.asked())
              .set(BACKFILL_WINDOW.START_CURSOR, plan.start())
              .set(BACKFILL_WINDOW.END_CURSOR, plan.end())
              .set(BACKFILL_WINDOW.BEGUN_AT, time(plan.begun()))
              .set(BACKFILL_WINDOW.UPDATED_AT, now())
              .execute();
          for (WindowRange range : plan.ranges()) {
            sql.insertInto(BACKFILL_RANGE)
                .set(BACKFILL_RANGE.SERVICE, service)
                .set(BACKFILL_RANGE.RELAY, plan.relay())
                .set(BACKFILL_RANGE.NUMBER, range.number())
                .set(BACKFILL_RANGE.START_CURSOR, range.start())
                .set(BACKFILL_RANGE.BASE_CURSOR, range.base())
                .set(BACKFILL_RANGE.END_CURSOR, range.end())
                .set(BACKFILL_RANGE.CURSOR, range.cursor())
                .set(BACKFILL_RANGE.FINISHED, range.finished())
                .execute();
          }
          show(sql, cursorName, plan.start(), null);
        });
  }

  /**
   * Stores how far a stretch is read, and how far all of them together.
   *
   * @param lowest up to where nothing is unread
   */
  void advance(
      String relay, WindowRange range, String cursorName, long lowest, @Nullable Instant time)
      throws InterruptedException {
    write(
        sql -> {
          sql.update(BACKFILL_RANGE)
              .set(BACKFILL_RANGE.CURSOR, range.cursor())
              .set(BACKFILL_RANGE.LAST_EVENT_TIME, time(range.eventTime()))
              .set(BACKFILL_RANGE.GAP, range.gap())
              .set(BACKFILL_RANGE.FINISHED, range.finished())
              .where(BACKFILL_RANGE.SERVICE.eq(service))
              .and(BACKFILL_RANGE.RELAY.eq(relay))
              .and(BACKFILL_RANGE.NUMBER.eq(range.number()))
              .execute();
          sql.update(BACKFILL_WINDOW)
              .set(BACKFILL_WINDOW.UPDATED_AT, now())
              .where(BACKFILL_WINDOW.SERVICE.eq(service))
              .and(BACKFILL_WINDOW.RELAY.eq(relay))
              .execute();
          show(sql, cursorName, lowest, time);
        });
  }

  /**
   * All is read.
   *
   * @param ends of the logs, as JSON: where the indexer is past them, it has all of it
   */
  void finish(String relay, String ends) throws InterruptedException {
    write(
        sql ->
            sql.update(BACKFILL_WINDOW)
                .set(BACKFILL_WINDOW.FINISHED_AT, now())
                .set(BACKFILL_WINDOW.UPDATED_AT, now())
                .set(BACKFILL_WINDOW.ENDS, JSONB.valueOf(ends))
                .where(BACKFILL_WINDOW.SERVICE.eq(service))
                .and(BACKFILL_WINDOW.RELAY.eq(relay))
                .execute());
  }

  private static void show(
      DSLContext sql, String cursorName, long cursor, @Nullable Instant eventTime) {
    sql.insertInto(
            FIREHOSE_CURSOR,
            FIREHOSE_CURSOR.SERVICE,
            FIREHOSE_CURSOR.CURSOR,
            FIREHOSE_CURSOR.LAST_EVENT_TIME,
            FIREHOSE_CURSOR.UPDATED_AT)
        .values(cursorName, String.valueOf(cursor), time(eventTime), now())
        .onConflict(FIREHOSE_CURSOR.SERVICE)
        .doUpdate()
        .set(FIREHOSE_CURSOR.CURSOR, excluded(FIREHOSE_CURSOR.CURSOR))
        .set(FIREHOSE_CURSOR.LAST_EVENT_TIME, excluded(FIREHOSE_CURSOR.LAST_EVENT_TIME))
        .set(FIREHOSE_CURSOR.UPDATED_AT, excluded(FIREHOSE_CURSOR.UPDATED_AT))
        .execute();
  }

  private void write(Consumer<DSLContext> statements) throws InterruptedException {
    work(
        sql -> {
          sql.transaction(nested -> statements.accept(nested.dsl()));
          return Optional.empty();
        });
  }

  /** One transaction, tried again on a new connection if the old one broke. */
  private synchronized <T> T work(Function<DSLContext, T> statements) throws InterruptedException {
    Backoff backoff =
        new Backoff(Duration.ofMillis(200), Duration.ofSeconds(15), RandomGenerator.getDefault());
    long deadline = System.nanoTime() + LONGEST_AWAY.toNanos();
    while (true) {
      try {
        if (connection.isClosed()) {
          connection = WindowLock.take(database, service);
        }
        return statements.apply(SinkSession.sql(connection));
      } catch (WindowException e) {
        // Our own former connection may hold the lock for a while.
        if (System.nanoTime() > deadline) {
          throw e;
        }
        log.warn("{}: the lock is not to be had, tried again: {}", service, e.getMessage());
        Thread.sleep(backoff.next());
      } catch (SQLException | DataAccessException e) {
        if (isValid() || System.nanoTime() > deadline) {
          throw new WindowException(
              "progress cannot be written (%s): the same command goes on from what is durable"
                  .formatted(e.getMessage()),
              e);
        }
        close();
        log.warn("{}: Postgres is away, tried again: {}", service, e.getMessage());
        Thread.sleep(backoff.next());
      }
    }
  }

  private boolean isValid() {
    try {
      return connection.isValid((int) VALID.toSeconds());
    } catch (SQLException e) {
      log.debug("not asked", e);
      return false;
    }
  }

  private static OffsetDateTime now() {
    return OffsetDateTime.now(ZoneOffset.UTC);
  }

  private static @Nullable OffsetDateTime time(@Nullable Instant moment) {
    return moment == null ? null : moment.atOffset(ZoneOffset.UTC);
  }

  private static @Nullable Instant moment(@Nullable OffsetDateTime time) {
    return time == null ? null : time.toInstant();
  }

  /** Gives the lock back. */
  @Override
  public synchronized void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      log.debug("closing a connection", e);
    }
  }
}
