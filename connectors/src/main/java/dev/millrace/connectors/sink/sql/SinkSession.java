package dev.millrace.connectors.sink.sql;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.Executor;
import javax.sql.DataSource;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A worker's own connection: opened when first needed and again after a failure. Owned by one
 * thread.
 */
public final class SinkSession implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(SinkSession.class);

  /** A server that does not answer for so long counts as away. */
  private static final Duration ANSWER_LIMIT = Duration.ofMinutes(2);

  private static final Executor SAME_THREAD = Runnable::run;

  /**
   * Every statement here finds its rows by key. A plan made while a table was empty, or from
   * outdated statistics, must not turn that into reading the table; and compiling such statements
   * costs more than it gains.
   */
  private static final String SETTINGS =
      "SET enable_seqscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off;"
          + " SET enable_bitmapscan = off; SET jit = off; SET lock_timeout = '30s';"
          + " SET idle_in_transaction_session_timeout = '5min'";

  private final DataSource database;
  private @Nullable Connection connection;

  public SinkSession(DataSource database) {
    this.database = database;
  }

  /** The connection, with its settings: one that could not take them is none. */
  public Connection connection() throws SQLException {
    Connection open = connection;
    if (open == null) {
      open = database.getConnection();
      try {
        prepare(open);
      } catch (SQLException | RuntimeException e) {
        close(open);
        throw e;
      }
      connection = open;
    }
    return open;
  }

  private static void prepare(Connection open) throws SQLException {
    open.setNetworkTimeout(SAME_THREAD, (int) ANSWER_LIMIT.toMillis());
    open.setAutoCommit(false);
    try (Statement statement = open.createStatement()) {
      statement.execute(SETTINGS);
    }
    open.commit();
  }

  public static DSLContext sql(Connection connection) {
    return DSL.using(connection, SQLDialect.POSTGRES);
  }

  /** Ends a transaction that failed; a connection that cannot even do that is dropped. */
  public void rollback() {
    Connection open = connection;
    if (open == null) {
      return;
    }
    try {
      open.rollback();
    } catch (SQLException e) {
      log.debug("connection dropped", e);
      close();
    }
  }

  @Override
  public void close() {
    Connection open = connection;
    connection = null;
    if (open != null) {
      close(open);
    }
  }

  private static void close(Connection open) {
    try {
      open.close();
    } catch (SQLException e) {
      log.debug("closing a connection", e);
    }
  }
}
