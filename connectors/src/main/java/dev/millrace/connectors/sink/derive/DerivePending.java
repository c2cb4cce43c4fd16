package dev.millrace.connectors.sink.derive;

import dev.millrace.connectors.sink.queue.DeriveQueue;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import javax.sql.DataSource;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;

/** Whether something in a database waits to be derived. */
public final class DerivePending {
  private static final int COUNTED = 10_000;

  private final DataSource database;

  public DerivePending(DataSource database) {
    this.database = database;
  }

  /** What is left, in words; empty if nothing is. While the database is away, that is. */
  public Optional<String> open() {
    try (Connection connection = database.getConnection()) {
      int size = DeriveQueue.size(DSL.using(connection, SQLDialect.POSTGRES), COUNTED);
      return size == 0
          ? Optional.empty()
          : Optional.of(
              "indexer: %s%d rows to derive".formatted(size == COUNTED ? "over " : "", size));
    } catch (SQLException e) {
      return Optional.of("the database does not answer: " + e.getMessage());
    }
  }
}
