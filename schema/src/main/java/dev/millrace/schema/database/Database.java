package dev.millrace.schema.database;

import java.sql.SQLException;
import java.util.Properties;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * Which database, and which schema in it: the one place that knows both.
 *
 * <p>Every connection of {@link #dataSource()} has {@code search_path} = schema, public; statements
 * and the generated classes name no schema.
 */
public final class Database {
  public static final String DEFAULT_SCHEMA = "bsky";

  /** The AppView's own rule. */
  private static final Pattern SCHEMA_NAME = Pattern.compile("[A-Za-z_]+");

  private final Properties properties;
  private final String schema;

  private Database(Properties properties, String schema) {
    this.properties = properties;
    this.schema = schema;
  }

  /**
   * The database a URL names.
   *
   * @param url {@code postgresql://user:password@host:port/name?…} or {@code jdbc:postgresql:…}
   * @throws IllegalArgumentException in one line that says what of it is wrong
   */
  public static Database of(String url, String schema) {
    return new Database(DatabaseUrl.parse(url), checkedSchema(schema));
  }

  /** In the schema {@link #DEFAULT_SCHEMA}. */
  public static Database of(String url) {
    return of(url, DEFAULT_SCHEMA);
  }

  /** A URL that {@link #of} accepts, as it may be shown to people. */
  public static String withoutPassword(String url) {
    return DatabaseUrl.withoutPassword(url);
  }

  static String checkedSchema(String schema) {
    if (!SCHEMA_NAME.matcher(schema).matches()) {
      throw new IllegalArgumentException(
          "schema is '%s', must be letters and underscores".formatted(schema));
    }
    return schema;
  }

  public String schema() {
    return schema;
  }

  /**
   * Opens a new connection each time, and none before; a pool goes around it ({@code
   * HikariConfig.setDataSource}).
   */
  public DataSource dataSource() {
    PGSimpleDataSource source = new PGSimpleDataSource();
    try {
      for (String name : properties.stringPropertyNames()) {
        source.setProperty(name, properties.getProperty(name));
      }
      source.setCurrentSchema("\"" + schema + "\",public"); // quoted: it may have capitals
      // The driver's bulk insert rewriting changes nothing else; safe and several times faster.
      source.setReWriteBatchedInserts(true);
      if (source.getApplicationName() == null
          || source.getApplicationName().equals("PostgreSQL JDBC Driver")) {
        source.setApplicationName("millrace");
      }
    } catch (SQLException e) {
      throw new IllegalArgumentException("the driver refuses the URL: " + e.getMessage(), e);
    }
    return source;
  }

  /** Without the password. */
  @Override
  public String toString() {
    return "%s:%s/%s schema %s"
        .formatted(
            properties.getProperty("PGHOST"),
            properties.getProperty("PGPORT"),
            properties.getProperty("PGDBNAME"),
            schema);
  }
}
