package dev.millrace.connectors.replay;

import dev.millrace.schema.jooq.DefaultSchema;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jooq.Table;

/**
 * What a rebuild does to the tables: rows that are a function of the topics go, what belongs to the
 * operator stays or is copied first (invariant 13). Statements of one transaction, which the caller
 * ends.
 */
final class ReplayTables {
  /** Not a function of the topics alone, a mirror of a topic, or a replay's own. */
  private static final Set<String> KEPT =
      Set.of(
          "actor",
          "backfill_range",
          "backfill_window",
          "partition_position",
          "firehose_cursor",
          "kept_record",
          "replay",
          "replay_request");

  private static final String OPERATOR_COLUMNS =
      "\"takedownRef\", \"trustedVerifier\", \"ageAssuranceStatus\","
          + " \"ageAssuranceLastInitiatedAt\", \"ageAssuranceAccess\","
          + " \"ageAssuranceCountryCode\", \"ageAssuranceRegionCode\"";

  private static final int BATCH = 1_000;
  private static final Duration LOCK_LIMIT = Duration.ofSeconds(30);
  private static final String LOCK_NOT_AVAILABLE = "55P03";

  private ReplayTables() {}

  /** Names of the tables that a rebuild empties. */
  static List<String> emptied() {
    return DefaultSchema.DEFAULT_SCHEMA.getTables().stream()
        .map(Table::getName)
        .filter(name -> !KEPT.contains(name))
        .sorted()
        .toList();
  }

  /**
   * Puts aside what the operator said of records, and empties. Last come the locks that readers
   * wait behind, and they are not waited for without end, for readers would wait as long.
   *
   * @throws IllegalStateException if somebody reads all the while
   */
  static void empty(Connection connection) throws SQLException {
    empty(connection, LOCK_LIMIT);
  }

  static void empty(Connection connection, Duration lockLimit) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("SET LOCAL lock_timeout = '%dms'".formatted(lockLimit.toMillis()));
      statement.execute(
          """
          INSERT INTO kept_record (uri, "takedownRef", tags)
          SELECT uri, "takedownRef", tags FROM record
          WHERE "takedownRef" IS NOT NULL OR tags IS NOT NULL
          ON CONFLICT (uri) DO UPDATE
          SET "takedownRef" = excluded."takedownRef", tags = excluded.tags
          """);
      statement.execute(
          """
          UPDATE actor SET handle = NULL, "upstreamStatus" = NULL
          WHERE handle IS NOT NULL OR "upstreamStatus" IS NOT NULL
          """);
      statement.execute(
          emptied().stream()
              .map(name -> '"' + name + '"')
              .collect(Collectors.joining(", ", "TRUNCATE ", "")));
    } catch (SQLException e) {
      if (LOCK_NOT_AVAILABLE.equals(e.getSQLState())) {
        throw new IllegalStateException(
            "somebody has been using the tables for "
                + lockLimit.toSeconds()
                + " s (a backup? pg_stat_activity says who); nothing was changed, try again",
            e);
      }
      throw e;
    }
  }

  /**
   * Copies what the operator said of records and actors, and what the AppView keeps of its users
   * (mutes, bookmarks, …), into a database that is empty.
   */
  static void copyOperatorsData(Connection from, Connection into) throws SQLException {
    copy(
        from,
        """
        SELECT uri, "takedownRef", tags::text FROM record
        WHERE "takedownRef" IS NOT NULL OR tags IS NOT NULL
        UNION ALL
        SELECT uri, "takedownRef", tags::text FROM kept_record
        WHERE uri NOT IN (SELECT uri FROM record)
        """,
        into,
        """
        INSERT INTO kept_record (uri, "takedownRef", tags) VALUES (?, ?, ?::jsonb)
        ON CONFLICT (uri) DO NOTHING
        """);
    copy(
        from,
        """
        SELECT did, "indexedAt", %s FROM actor
        WHERE "takedownRef" IS NOT NULL OR "trustedVerifier" OR "ageAssuranceStatus" IS NOT NULL
        OR "ageAssuranceLastInitiatedAt" IS NOT NULL OR "ageAssuranceAccess" IS NOT NULL
        OR "ageAssuranceCountryCode" IS NOT NULL OR "ageAssuranceRegionCode" IS NOT NULL
        """
            .formatted(OPERATOR_COLUMNS),
        into,
        "INSERT INTO actor (did, \"indexedAt\", %s) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
            .formatted(OPERATOR_COLUMNS));
    Set<String> tables = AppViewTables.names(from);
    tables.retainAll(AppViewTables.names(into));
    for (String table : tables) {
      execute(into, "TRUNCATE %s CASCADE".formatted(table));
    }
    for (String table : tables) {
      List<String> columns = AppViewTables.columns(from, table);
      String names = String.join(", ", columns);
      copy(
          from,
          "SELECT %s FROM %s".formatted(names, table),
          into,
          "INSERT INTO %s (%s) VALUES (%s)"
              .formatted(
                  table, names, String.join(", ", Collections.nCopies(columns.size(), "?"))));
      AppViewTables.continueNumbers(into, table, columns);
    }
  }

  /** The one counter of what the AppView keeps of its users stands among those of records. */
  static void countBookmarks(Connection connection) throws SQLException {
    execute(
        connection,
        """
        INSERT INTO post_agg (uri, "bookmarkCount")
        SELECT "subjectUri", count(*) FROM bookmark GROUP BY "subjectUri"
        """);
  }

  /**
   * Notes the repos that a database knows, to be asked for by the other, or by itself.
   *
   * @param isWanted by DID
   */
  static void noteKnownRepos(Connection from, Connection into, Predicate<String> isWanted)
      throws SQLException {
    copy(
        from,
        "SELECT did FROM actor UNION SELECT did FROM repo_state UNION SELECT did FROM actor_sync",
        into,
        "INSERT INTO replay_request (did) VALUES (?) ON CONFLICT (did) DO NOTHING",
        isWanted);
  }

  /** A count of rows, or of anything else. */
  static long count(Connection connection, String query) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      return rows.next() ? rows.getLong(1) : 0;
    }
  }

  /** A target that was begun before: only what is copied is in it. */
  static void forgetActors(Connection connection) throws SQLException {
    execute(connection, "TRUNCATE actor, kept_record");
  }

  static void execute(Connection connection, String... commands) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      for (String command : commands) {
        statement.execute(command);
      }
    }
  }

  private static void copy(Connection from, String query, Connection into, String insert)
      throws SQLException {
    copy(from, query, into, insert, first -> true);
  }

  /** Batch by batch: neither the rows that are read nor those that are written fill the memory. */
  private static void copy(
      Connection from,
      String query,
      Connection into,
      String insert,
      Predicate<String> isWantedByFirst)
      throws SQLException {
    try (Statement reading = from.createStatement();
        PreparedStatement writing = into.prepareStatement(insert)) {
      reading.setFetchSize(BATCH);
      try (ResultSet rows = reading.executeQuery(query)) {
        int columns = rows.getMetaData().getColumnCount();
        int waiting = 0;
        while (rows.next()) {
          if (!isWantedByFirst.test(rows.getString(1))) {
            continue;
          }
          for (int i = 1; i <= columns; i++) {
            writing.setObject(i, rows.getObject(i));
          }
          writing.addBatch();
          if (++waiting == BATCH) {
            writing.executeBatch();
            waiting = 0;
          }
        }
        writing.executeBatch();
      }
    }
  }
}
