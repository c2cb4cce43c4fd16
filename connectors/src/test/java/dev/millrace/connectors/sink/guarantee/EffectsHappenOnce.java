package dev.millrace.connectors.sink.guarantee;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * No event takes effect twice, whoever read it how often: the database itself notes each version of
 * a record that is committed. The load gives every version a CID of its own.
 */
final class EffectsHappenOnce implements DeliveryGuarantee {
  @Override
  public void prepare(Connection database) throws SQLException {
    try (Statement statement = database.createStatement()) {
      statement.execute(
          """
          CREATE TABLE audit_record (uri varchar, cid varchar);
          CREATE FUNCTION audit_record() RETURNS trigger LANGUAGE plpgsql AS $$
          BEGIN INSERT INTO audit_record VALUES (NEW.uri, NEW.cid); RETURN NULL; END $$;
          CREATE TRIGGER audit_new AFTER INSERT ON record
            FOR EACH ROW EXECUTE FUNCTION audit_record();
          CREATE TRIGGER audit_changed AFTER UPDATE ON record
            FOR EACH ROW WHEN (OLD.cid <> NEW.cid) EXECUTE FUNCTION audit_record();
          """);
    }
  }

  @Override
  public void checkAtRest(Connection database) throws SQLException {
    try (Statement statement = database.createStatement();
        ResultSet counts =
            statement.executeQuery(
                "SELECT count(*), count(DISTINCT (uri, cid)) FROM audit_record")) {
      counts.next();
      assertThat(counts.getLong(1)).as("versions that took effect").isPositive();
      assertThat(counts.getLong(2)).as("different ones").isEqualTo(counts.getLong(1));
    }
  }
}
