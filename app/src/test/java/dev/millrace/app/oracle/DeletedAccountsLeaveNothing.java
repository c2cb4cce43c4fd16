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

/** Invariant 5: of an account whose deletion was confirmed no record is left. */
final class DeletedAccountsLeaveNothing implements Guarantee {
  private final Simulator network;
  private final Database database;

  DeletedAccountsLeaveNothing(Simulator network, Database database) {
    this.network = network;
    this.database = database;
  }

  @Override
  public List<String> breaches() throws SQLException {
    List<String> found = new ArrayList<>();
    try (Connection connection = database.dataSource().getConnection();
        PreparedStatement query =
            connection.prepareStatement("SELECT count(*) FROM record WHERE did = ?")) {
      for (Account account : network.world().accounts()) {
        if (account.status() == AccountStatus.DELETED) {
          query.setString(1, account.did().value());
          try (ResultSet rows = query.executeQuery()) {
            rows.next();
            if (rows.getLong(1) > 0) {
              found.add("%s is deleted and has records".formatted(account.did()));
            }
          }
        }
      }
    }
    return found;
  }
}
