package dev.millrace.schema.database;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.flywaydb.core.api.output.MigrateResult;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings a schema to the newest version; safe to run at each start and by several at once. */
public final class Migrations {
  private static final Logger log = LoggerFactory.getLogger(Migrations.class);

  private Migrations() {}

  /**
   * Creates what is missing: the schema, {@code pg_trgm}, the tables.
   *
   * @return how many migrations ran
   * @throws IllegalStateException if pg_trgm is missing and may not be created
   */
  public static int migrate(Database database) {
    return migrate(database.dataSource(), database.schema());
  }

  /** Of any data source; the schema need not be in its search path. */
  public static int migrate(DataSource dataSource, String schema) {
    String name = Database.checkedSchema(schema);
    MigrateResult result =
        configure(dataSource, name)
            .placeholders(Map.of("trigrams", trigrams(dataSource)))
            .load()
            .migrate();
    if (result.migrationsExecuted > 0) {
      log.info("schema {} migrated to version {}", name, result.targetSchemaVersion);
    }
    return result.migrationsExecuted;
  }

  /**
   * Changes nothing.
   *
   * @throws IllegalStateException if the schema is missing or older than this version, saying what
   *     makes it
   */
  public static void requireCurrent(Database database) {
    int pending =
        configure(database.dataSource(), database.schema()).load().info().pending().length;
    if (pending > 0) {
      throw new IllegalStateException(
          "%s lacks %d migrations: run 'millrace migrate'".formatted(database, pending));
    }
  }

  private static FluentConfiguration configure(DataSource dataSource, String schema) {
    return Flyway.configure()
        .dataSource(dataSource)
        .schemas(schema)
        .defaultSchema(schema)
        .createSchemas(true)
        .table("millrace_schema_history")
        .locations("classpath:db/migration")
        .failOnMissingLocations(true);
  }

  /**
   * Creates pg_trgm where it is missing.
   *
   * @return the schema it is in, quoted: an operator may keep extensions in one of their own
   */
  private static String trigrams(DataSource dataSource) {
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement()) {
      createTrigrams(statement);
      try (ResultSet rows =
          statement.executeQuery(
              "SELECT quote_ident(n.nspname) FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace WHERE e.extname = 'pg_trgm'")) {
        rows.next();
        return rows.getString(1);
      }
    } catch (SQLException e) {
      throw new IllegalStateException("cannot prepare the database: " + e.getMessage(), e);
    }
  }

  private static void createTrigrams(Statement statement) throws SQLException {
    try (ResultSet rows =
        statement.executeQuery("SELECT 1 FROM pg_extension WHERE extname = 'pg_trgm'")) {
      if (rows.next()) {
        return;
      }
    }
    try {
      statement.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm SCHEMA public");
    } catch (SQLException e) {
      if (!"23505".equals(e.getSQLState())) { // another process created it at the same moment
        throw new IllegalStateException(
            "the extension pg_trgm is missing and could not be created (%s): have a superuser run CREATE EXTENSION pg_trgm"
                .formatted(e.getMessage()),
            e);
      }
    }
  }
}
