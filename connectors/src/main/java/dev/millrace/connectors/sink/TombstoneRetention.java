package dev.millrace.connectors.sink;

import static dev.millrace.schema.jooq.Tables.REPLAY;
import static dev.millrace.schema.jooq.Tables.TOMBSTONE;

import dev.millrace.atproto.syntax.Tid;
import dev.millrace.connectors.sink.sql.SinkSession;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;
import javax.sql.DataSource;
import org.jooq.exception.DataAccessException;
import org.jooq.impl.DSL;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes tombstones that no older copy can meet any more. Whole snapshots prune those they cover;
 * of the others, a repo that is never fetched again would keep every deletion for ever.
 *
 * <p>An older copy comes by another relay or in a snapshot that was begun before the deletion and
 * has waited since: the age is far above the longest of them. A replay reads however far the topics
 * reach back, so nothing is removed before it has ended; nor while a window of a firehose is read
 * whose workers tell deletions before what was deleted, or while the indexer has not all of it yet.
 * Owned by the thread of {@link #run}.
 */
final class TombstoneRetention {
  /** By the time in the tombstone's rev. */
  static final Duration AGE = Duration.ofDays(30);

  private static final Logger log = LoggerFactory.getLogger(TombstoneRetention.class);
  private static final Duration INTERVAL = Duration.ofHours(6);
  private static final Duration LOOK = Duration.ofMillis(500);
  private static final int SLICE = 10_000;

  /** One that nobody goes on with for so long is given up. */
  private static final String WINDOW_AT_WORK =
      """
      SELECT 1 FROM backfill_window
      WHERE (finished_at IS NULL AND updated_at > now() - interval '30 days')
        OR EXISTS (
          SELECT 1 FROM jsonb_each_text(ends) noted
          LEFT JOIN partition_position ON partition = split_part(noted.key, '-', 2)::int
          WHERE noted.value::bigint
            > coalesce((positions ->> split_part(noted.key, '-', 1))::bigint, 0))
      """;

  private final DataSource database;
  private final Clock clock;

  TombstoneRetention(DataSource database, Clock clock) {
    this.database = database;
    this.clock = clock;
  }

  void run(BooleanSupplier isStopping) throws InterruptedException {
    // Not all instances at once, and none while they start.
    Instant next = later(INTERVAL.toMillis() / 4);
    while (!isStopping.getAsBoolean()) {
      if (clock.instant().isAfter(next)) {
        tryPrune(isStopping);
        next = later(INTERVAL.toMillis());
      }
      Thread.sleep(LOOK);
    }
  }

  private Instant later(long millis) {
    return clock.instant().plusMillis(millis / 2 + RandomGenerator.getDefault().nextLong(millis));
  }

  private void tryPrune(BooleanSupplier isStopping) {
    try {
      long pruned = prune(isStopping);
      log.info("{} tombstones older than {} days removed", pruned, AGE.toDays());
    } catch (SQLException | DataAccessException e) {
      log.warn("old tombstones stay until the next look: {}", e.getMessage());
    }
  }

  /** Slice by slice, each a transaction of its own, so that nobody waits behind it. */
  long prune(BooleanSupplier isStopping) throws SQLException {
    long micros = ChronoUnit.MICROS.between(Instant.EPOCH, clock.instant().minus(AGE));
    String bound = Tid.of(micros, 0).value();
    long pruned = 0;
    try (Connection connection = database.getConnection()) {
      var sql = SinkSession.sql(connection);
      int slice = SLICE;
      while (slice == SLICE && !isStopping.getAsBoolean()) {
        slice =
            sql.deleteFrom(TOMBSTONE)
                .where(
                    TOMBSTONE.URI.in(
                        DSL.select(TOMBSTONE.URI)
                            .from(TOMBSTONE)
                            .where(TOMBSTONE.REV.lt(bound))
                            .limit(SLICE)))
                .and(TOMBSTONE.REV.lt(bound))
                .andNotExists(DSL.selectOne().from(REPLAY))
                .and(DSL.condition("NOT EXISTS (" + WINDOW_AT_WORK + ")"))
                .execute();
        pruned += slice;
      }
    }
    return pruned;
  }
}
