package dev.millrace.app.oracle;

import dev.millrace.simulator.Simulator;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Whether the derived pass has followed the rows: nothing queued, each active account has its
 * handle. Owned by one thread.
 */
final class DerivedRows {
  private final Simulator network;
  private final Rig rig;

  DerivedRows(Simulator network, Rig rig) {
    this.network = network;
    this.rig = rig;
  }

  /** What is left to do, in words. */
  List<String> open() {
    try (Connection connection = rig.database().dataSource().getConnection()) {
      List<String> found = new ArrayList<>();
      long queued = queued(connection);
      if (queued > 0) {
        found.add(queued + " rows to derive");
      }
      found.addAll(handles(connection));
      return found;
    } catch (SQLException e) {
      return List.of("the database does not answer: " + e.getMessage());
    }
  }

  private List<String> handles(Connection connection) throws SQLException {
    Map<String, String> held = new HashMap<>();
    try (PreparedStatement query = connection.prepareStatement("SELECT did, handle FROM actor");
        ResultSet rows = query.executeQuery()) {
      while (rows.next()) {
        held.put(rows.getString(1), rows.getString(2));
      }
    }
    return network.world().accounts().stream()
        .filter(
            account ->
                account.isActive()
                    && !Objects.equals(account.handle(), held.get(account.did().value())))
        .map(
            account ->
                "%s has the handle %s, not %s"
                    .formatted(account.did(), held.get(account.did().value()), account.handle()))
        .toList();
  }

  private static long queued(Connection connection) throws SQLException {
    try (PreparedStatement query =
            connection.prepareStatement(
                "SELECT (SELECT count(*) FROM derive_queue) + (SELECT count(*) FROM derive_failure)");
        ResultSet rows = query.executeQuery()) {
      rows.next();
      return rows.getLong(1);
    }
  }
}
