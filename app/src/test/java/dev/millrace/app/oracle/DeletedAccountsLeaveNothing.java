package dev.millrace.app.oracle;

import dev.millrace.schema.database.Database;
import dev.millrace.simulator.Simulator;
import dev.millrace.simulator.world.Account;
import dev.millrace.simulator.world.AccountStatus;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * Invariant 5: of an account whose deletion was confirmed no row is left that shows it. That the
 * tables of the collections hold nothing but what is in {@code record}, {@link RowsAreTheNetworks}
 * looks at.
 */
final class DeletedAccountsLeaveNothing implements Guarantee {
  private static final List<String> TABLES =
      List.of("record", "actor", "actor_sync", "handle_claim");

  private final Simulator network;
  private final Database database;

  DeletedAccountsLeaveNothing(Simulator network, Database database) {
    this.network = network;
    this.database = database;
  }

  @Override
  public List<String> breaches() throws SQLException {
    List<String> found = new ArrayList<>();
    try (Connection connection = database.dataSource().getConnection()) {
      for (String table : TABLES) {
        look(connection, table, found);
      }
    }
    return found;
  }

  private void look(Connection connection, String table, List<String> found) throws SQLException {
    try (PreparedStatement query =
        connection.prepareStatement("SELECT count(*) FROM " + table + " WHERE did = ?")) {
      for (Account account : network.world().accounts()) {
        if (account.status() == AccountStatus.DELETED) {
          query.setString(1, account.did().value());
          try (ResultSet rows = query.executeQuery()) {
            rows.next();
            if (rows.getLong(1) > 0) {
              found.add("%s is deleted and has rows in %s".formatted(account.did(), table));
            }
          }
        }
      }
    }
  }
}
