package dev.millrace.app.oracle;

import dev.millrace.schema.database.Database;
import dev.millrace.simulator.Simulator;
import dev.millrace.simulator.world.AccountStatus;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * Invariant 5: of an account whose deletion was confirmed no row is left, in whatever table has a
 * column that says whose a row is.
 */
final class DeletedAccountsLeaveNothing implements Guarantee {
  /** Every such column but of rows that may be of others: what they say of the account. */
  private static final String COLUMNS =
      """
      SELECT table_name, column_name FROM information_schema.columns
      JOIN information_schema.tables USING (table_schema, table_name)
      WHERE table_schema = current_schema AND table_type = 'BASE TABLE'
        AND column_name IN ('did', 'creator', 'author', 'originatorDid', 'uri', 'recordUri')
        AND table_name NOT IN
          ('repo_state', 'label', 'label_negation', 'label_seq', 'post_agg', 'profile_agg',
           'replay_request')
        AND (table_name, column_name) <> ('notification', 'did')
      ORDER BY 1, 2
      """;

  private static final String EMPTY_COUNTERS =
      """
      SELECT split_part(uri, '/', 3), 'post_agg' FROM post_agg
      WHERE split_part(uri, '/', 3) = ANY (?) AND "likeCount" + "replyCount" + "repostCount"
        + "quoteCount" + "bookmarkCount" = 0
      UNION SELECT did, 'profile_agg' FROM profile_agg
      WHERE did = ANY (?) AND "followersCount" + "followsCount" + "postsCount" = 0
      """;

  private final Simulator network;
  private final Database database;

  DeletedAccountsLeaveNothing(Simulator network, Database database) {
    this.network = network;
    this.database = database;
  }

  @Override
  public List<String> breaches() throws SQLException {
    Object[] deleted =
        network.world().accounts().stream()
            .filter(account -> account.status() == AccountStatus.DELETED)
            .map(account -> account.did().value())
            .toArray();
    List<String> found = new ArrayList<>();
    try (Connection connection = database.dataSource().getConnection()) {
      for (String query : queries(connection)) {
        look(connection, query, deleted, found);
      }
    }
    return found;
  }

  private static List<String> queries(Connection connection) throws SQLException {
    List<String> queries = new ArrayList<>(List.of(EMPTY_COUNTERS));
    try (PreparedStatement columns = connection.prepareStatement(COLUMNS);
        ResultSet rows = columns.executeQuery()) {
      while (rows.next()) {
        String table = rows.getString(1);
        String column = '"' + rows.getString(2) + '"';
        String did = column.endsWith("ri\"") ? "split_part(" + column + ", '/', 3)" : column;
        queries.add(
            "SELECT DISTINCT %s, '%s' FROM \"%s\" WHERE %s = ANY (?)"
                .formatted(did, table, table, did));
      }
    }
    return queries;
  }

  private static void look(Connection connection, String text, Object[] dids, List<String> found)
      throws SQLException {
    try (PreparedStatement query = connection.prepareStatement(text)) {
      for (int i = 1; i <= query.getParameterMetaData().getParameterCount(); i++) {
        query.setArray(i, connection.createArrayOf("varchar", dids));
      }
      try (ResultSet rows = query.executeQuery()) {
        while (rows.next()) {
          found.add(
              "%s is deleted and has rows in %s".formatted(rows.getString(1), rows.getString(2)));
        }
      }
    }
  }
}
