package dev.millrace.connectors.trim;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * One trims at a time, and none while positions are moved back: an advisory lock of the schema's
 * own, held until the transaction ends.
 */
public final class TrimLock {
  private static final int TRIMMING = 0x7472_696d;

  private TrimLock() {}

  /** Waits until nobody else has it. */
  public static void take(Connection connection) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "SELECT pg_advisory_xact_lock(?, hashtext(current_schema()))")) {
      statement.setInt(1, TRIMMING);
      statement.execute();
    }
  }

  /** Whether it is now ours. */
  static boolean tryTake(Connection connection) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "SELECT pg_try_advisory_xact_lock(?, hashtext(current_schema()))")) {
      statement.setInt(1, TRIMMING);
      try (ResultSet rows = statement.executeQuery()) {
        return rows.next() && rows.getBoolean(1);
      }
    }
  }
}
