package dev.millrace.app.command;

import dev.millrace.app.run.LagBrakes;
import dev.millrace.app.run.StopSignal;
import dev.millrace.schema.database.Database;
import dev.millrace.schema.jooq.DefaultSchema;
import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.stream.Collectors;

/**
 * Has Postgres look at its tables after they grew by much (ANALYZE), once the indexer has written
 * what was read, or writes no more of it.
 */
final class TableStatistics {
  private static final Duration LOOK = Duration.ofSeconds(1);

  /** An indexer that has moved nothing for so long is not at work. */
  private static final Duration STANDING = Duration.ofSeconds(20);

  private static final Duration MEASURED_ANEW = Duration.ofSeconds(3);
  private static final Duration LONGEST = Duration.ofMinutes(30);

  private final Database database;
  private final LagBrakes lags;
  private final PrintWriter out;

  TableStatistics(Database database, LagBrakes lags, PrintWriter out) {
    this.database = database;
    this.lags = lags;
    this.out = out;
  }

  void refresh(StopSignal stop) throws SQLException, InterruptedException {
    long left = awaitIndexer(stop);
    long start = System.nanoTime();
    try (Connection connection = database.dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(
          "ANALYZE "
              + DefaultSchema.DEFAULT_SCHEMA.getTables().stream()
                  .map(table -> '"' + table.getName() + '"')
                  .collect(Collectors.joining(", ")));
    }
    out.printf(
        "[BACKFILL] ANALYZE done in %d s%s%n",
        Duration.ofNanos(System.nanoTime() - start).toSeconds(),
        left == 0
            ? ""
            : "; %d events are still before the indexer, ANALYZE again then".formatted(left));
    out.flush();
  }

  /** What is left when it is done, or stands still. */
  private long awaitIndexer(StopSignal stop) throws InterruptedException {
    // What was measured before the last batch says nothing.
    if (stop.await(MEASURED_ANEW)) {
      return 0;
    }
    long deadline = System.nanoTime() + LONGEST.toNanos();
    long movedNanos = System.nanoTime();
    Long before = null;
    while (System.nanoTime() < deadline && !stop.await(LOOK)) {
      Long left = lags.backlog();
      if (left != null && left == 0) {
        return left;
      }
      if (left != null && (before == null || left < before)) {
        movedNanos = System.nanoTime();
        before = left;
      }
      if (System.nanoTime() - movedNanos > STANDING.toNanos()) {
        break;
      }
    }
    return before == null ? 0 : before;
  }
}
