package dev.millrace.connectors.sink.guarantee;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * Invariant 4: what is known of a repo never steps back, whatever comes again; the database notes
 * every step. That rows are those of the log in its order is {@link RowsFollowPositions}'s.
 */
final class RevsOnlyRise implements DeliveryGuarantee {
  @Override
  public void prepare(Connection database) throws SQLException {
    try (Statement statement = database.createStatement()) {
      statement.execute(
          """
          CREATE TABLE audit_rev (did varchar, before varchar COLLATE "C", after varchar COLLATE "C");
          CREATE FUNCTION audit_rev() RETURNS trigger LANGUAGE plpgsql AS $$
          BEGIN
            INSERT INTO audit_rev VALUES (NEW.did, OLD."repoRev", NEW."repoRev"); RETURN NULL;
          END $$;
          CREATE TRIGGER audit_rev AFTER UPDATE ON actor_sync
            FOR EACH ROW EXECUTE FUNCTION audit_rev();
          """);
    }
  }

  @Override
  public void checkAtRest(Connection database) throws SQLException {
    try (Statement statement = database.createStatement();
        ResultSet counts =
            statement.executeQuery(
                "SELECT count(*), count(*) FILTER (WHERE after <= before) FROM audit_rev")) {
      counts.next();
      assertThat(counts.getLong(1)).as("steps of repos").isPositive();
      assertThat(counts.getLong(2)).as("steps back").isZero();
    }
  }
}
