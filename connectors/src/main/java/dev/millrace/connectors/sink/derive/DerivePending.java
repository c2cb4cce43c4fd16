package dev.millrace.connectors.sink.derive;

import static dev.millrace.schema.jooq.Tables.DERIVE_QUEUE;
import static org.jooq.impl.DSL.max;
import static org.jooq.impl.DSL.min;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import javax.sql.DataSource;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;

/**
 * Whether something in a database waits to be derived. Under live traffic something always does, so
 * what waited at the look before counts. Owned by one thread.
 */
public final class DerivePending {
  private final DataSource database;

  /** The newest row at the look before; 0 if there was none, all of them before the first. */
  private long upTo = Long.MAX_VALUE;

  public DerivePending(DataSource database) {
    this.database = database;
  }

  /**
   * What is left, in words; empty if nothing waits, or only what has come since the look before.
   * While the database is away, that is.
   */
  public Optional<String> open() {
    try (Connection connection = database.getConnection()) {
      var ends =
          DSL.using(connection, SQLDialect.POSTGRES)
              .select(min(DERIVE_QUEUE.ID), max(DERIVE_QUEUE.ID))
              .from(DERIVE_QUEUE)
              .fetchSingle();
      Long oldest = ends.value1();
      Long newest = ends.value2();
      if (oldest == null || newest == null) {
        upTo = 0;
        return Optional.empty();
      }
      boolean isOld = oldest <= upTo;
      upTo = newest;
      return isOld
          ? Optional.of("indexer: %d rows or fewer to derive".formatted(newest - oldest + 1))
          : Optional.empty();
    } catch (SQLException e) {
      return Optional.of("the database does not answer: " + e.getMessage());
    }
  }
}
