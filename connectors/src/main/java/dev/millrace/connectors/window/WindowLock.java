package dev.millrace.connectors.window;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import javax.sql.DataSource;

/**
 * One run a service at a time: an advisory lock of a connection, which goes with the process that
 * holds it. The connection's {@code application_name} says who that is.
 */
final class WindowLock {
  private static final int WINDOW = 0x7769_6e64;
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final Duration LOOK = Duration.ofMillis(200);

  private WindowLock() {}

  /**
   * A connection that holds the lock.
   *
   * @throws WindowException if another has it
   */
  static Connection take(DataSource database, String service) throws SQLException {
    Connection connection = database.getConnection();
    try {
      try (PreparedStatement name =
          connection.prepareStatement("SELECT set_config('application_name', ?, false)")) {
        name.setString(1, "millrace backfill on %s, pid %d".formatted(host(), pid()));
        name.execute();
      }
      if (!tryTakeFor(PATIENCE, connection, service)) {
        throw new WindowException(
            "service '%s' is at work already: %s".formatted(service, holder(connection, service)));
      }
      return connection;
    } catch (SQLException | RuntimeException e) {
      connection.close();
      throw e;
    }
  }

  /** A run that has just ended, or was killed, holds it until Postgres has noticed. */
  private static boolean tryTakeFor(Duration patience, Connection connection, String service)
      throws SQLException {
    long deadline = System.nanoTime() + patience.toNanos();
    while (!tryTake(connection, service)) {
      if (System.nanoTime() > deadline) {
        return false;
      }
      LockSupport.parkNanos(LOOK.toNanos());
      if (Thread.currentThread().isInterrupted()) {
        return false;
      }
    }
    return true;
  }

  private static boolean tryTake(Connection connection, String service) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "SELECT pg_try_advisory_lock(?, hashtext(current_schema() || '/' || ?))")) {
      statement.setInt(1, WINDOW);
      statement.setString(2, service);
      try (ResultSet rows = statement.executeQuery()) {
        return rows.next() && rows.getBoolean(1);
      }
    }
  }

  private static String holder(Connection connection, String service) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            """
            SELECT activity.application_name, activity.backend_start
            FROM pg_locks held JOIN pg_stat_activity activity USING (pid)
            WHERE held.locktype = 'advisory' AND held.granted AND held.objsubid = 2
              AND held.classid = ?::bigint::oid
              AND held.objid = (hashtext(current_schema() || '/' || ?)::bigint & 4294967295)::oid
            """)) {
      statement.setLong(1, WINDOW);
      statement.setString(2, service);
      try (ResultSet rows = statement.executeQuery()) {
        return rows.next()
            ? "%s, connected since %s".formatted(rows.getString(1), rows.getString(2))
            : "it has just ended, try again";
      }
    }
  }

  private static long pid() {
    return ProcessHandle.current().pid();
  }

  private static String host() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "an unnamed host";
    }
  }
}
