package dev.millrace.connectors.sink.sql;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * What a failed transaction asks for, by SQLSTATE.
 *
 * @see <a href="https://www.postgresql.org/docs/current/errcodes-appendix.html">Error codes</a>
 */
public enum SqlFailure {
  /** The data: one of the rows is refused and always will be. */
  POISON,
  /** Bad luck among transactions: the same again. */
  COLLISION,
  /** The server: away, full, shutting down. Wait. */
  AWAY,
  /** Ours: a missing table, a wrong statement. */
  DEFECT;

  /** What an exception asks for; one that comes from no database is a defect of ours. */
  public static SqlFailure of(Throwable failure) {
    SQLException cause = in(failure);
    return cause == null ? DEFECT : of(cause.getSQLState());
  }

  static SqlFailure of(@Nullable String state) {
    if (state == null) {
      return AWAY;
    }
    return switch (state) {
      // Serialization, deadlock, lock not available.
      case "40001", "40P01", "55P03" -> COLLISION;
      // Read-only: a standby that is about to be promoted, or a primary that was; idle for too
      // long within a transaction: the server has closed the connection.
      case "25006", "25P03" -> AWAY;
      default ->
          switch (state.substring(0, Math.min(2, state.length()))) {
            // Data exception, integrity constraint; program limit, as an index row too long.
            case "22", "23", "54" -> POISON;
            // Connection, resources, operator intervention, system error; the driver's own 99.
            case "08", "53", "57", "58", "99" -> AWAY;
            default -> DEFECT;
          };
    };
  }

  /** The SQLException in a chain of causes, if there is one. */
  public static @Nullable SQLException in(@Nullable Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof SQLException found) {
        return found;
      }
    }
    return null;
  }
}
