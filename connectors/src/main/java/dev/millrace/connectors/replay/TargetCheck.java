package dev.millrace.connectors.replay;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Objects;
import java.util.random.RandomGenerator;

/**
 * Whether another database may be written by a replay. Statements of transactions that the caller
 * ends.
 */
final class TargetCheck {
  private TargetCheck() {}

  /**
   * Refuses one database under two names.
   *
   * @throws IllegalStateException that says so
   */
  static void requireAnother(Connection present, Connection target) throws SQLException {
    // A lock of the whole database, whatever its address is: only in the same one is it taken.
    long key = RandomGenerator.getDefault().nextLong();
    lock(present, "SELECT pg_advisory_xact_lock(?) IS NOT NULL", key);
    boolean isFree = lock(target, "SELECT pg_try_advisory_xact_lock(?)", key);
    if (!isFree && Objects.equals(present.getSchema(), target.getSchema())) {
      throw new IllegalStateException(
          "the database to rebuild into is the present one: without --into it is rebuilt in place");
    }
  }

  /**
   * Refuses one that holds anything but what a replay into it has written so far.
   *
   * @throws IllegalStateException that says so
   */
  static void requireEmpty(Connection target, boolean isRestart) throws SQLException {
    if (isRestart
        && ReplayTables.count(target, "SELECT count(*) FROM replay WHERE into_empty") > 0) {
      return;
    }
    long known =
        ReplayTables.count(
            target,
            "SELECT count(*) FROM (SELECT WHERE EXISTS (SELECT FROM partition_position) OR EXISTS"
                + " (SELECT FROM record) OR EXISTS (SELECT FROM actor)) known");
    if (known > 0) {
      throw new IllegalStateException(
          "the database to rebuild into is not empty"
              + (isRestart ? ", and no replay into it is unfinished" : "")
              + ": name an empty one");
    }
  }

  private static boolean lock(Connection connection, String query, long key) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(query)) {
      statement.setLong(1, key);
      try (ResultSet rows = statement.executeQuery()) {
        return rows.next() && rows.getBoolean(1);
      }
    }
  }
}
