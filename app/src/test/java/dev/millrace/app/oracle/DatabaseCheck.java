package dev.millrace.app.oracle;

import dev.millrace.connectors.sink.collection.Collections;
import dev.millrace.connectors.sink.derive.Recount;
import dev.millrace.simulator.Simulator;
import dev.millrace.simulator.world.Account;
import dev.millrace.simulator.world.AccountStatus;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;

/**
 * What must hold of the tables besides the records: counters equal to a recount, each active
 * account's handle, nothing left of deleted accounts. Owned by one thread.
 */
final class DatabaseCheck {
  private static final int SHOWN = 10;

  private final Simulator network;
  private final Rig rig;

  DatabaseCheck(Simulator network, Rig rig) {
    this.network = network;
    this.rig = rig;
  }

  /** What the derived pass has left to do, in words: it follows the rows. */
  List<String> open() {
    try (Connection connection = rig.database().dataSource().getConnection()) {
      List<String> found = new ArrayList<>();
      long queued = count(connection, "SELECT count(*) FROM derive_queue");
      if (queued > 0) {
        found.add(queued + " rows to derive");
      }
      found.addAll(handles(connection));
      return found;
    } catch (SQLException e) {
      return List.of("the database does not answer: " + e.getMessage());
    }
  }

  List<String> problems() throws SQLException {
    try (Connection connection = rig.database().dataSource().getConnection()) {
      List<String> found = new ArrayList<>();
      Recount.differences(DSL.using(connection, SQLDialect.POSTGRES), Collections.indexed(), SHOWN)
          .forEach(difference -> found.add("recount: " + difference));
      for (Account account : network.world().accounts()) {
        if (account.status() == AccountStatus.DELETED) {
          long rows =
              count(connection, "SELECT count(*) FROM record WHERE did = ?", account.did().value());
          if (rows > 0) {
            found.add("%s is deleted and has %d records".formatted(account.did(), rows));
          }
        }
      }
      return found;
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

  private static long count(Connection connection, String sql, String... arguments)
      throws SQLException {
    try (PreparedStatement query = connection.prepareStatement(sql)) {
      for (int i = 0; i < arguments.length; i++) {
        query.setString(i + 1, arguments[i]);
      }
      try (ResultSet rows = query.executeQuery()) {
        rows.next();
        return rows.getLong(1);
      }
    }
  }
}
