package dev.millrace.connectors.sink.guarantee;

import dev.millrace.schema.database.Database;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Looks at the database again and again, a snapshot at a time, on a thread of its own, until told
 * to end. While the database is away it sees nothing.
 */
final class Watch implements AutoCloseable {
  private final Database database;
  private final List<DeliveryGuarantee> guarantees;
  private final CompletableFuture<Void> ended = new CompletableFuture<>();
  private volatile boolean isEnding;

  Watch(Database database, List<DeliveryGuarantee> guarantees) {
    this.database = database;
    this.guarantees = guarantees;
    Thread.ofPlatform().name("watch").daemon().start(this::run);
  }

  private void run() {
    try {
      while (!isEnding) {
        look();
      }
      ended.complete(null);
    } catch (RuntimeException | Error e) {
      ended.completeExceptionally(e);
    }
  }

  private void look() {
    try (Connection connection = database.dataSource().getConnection()) {
      connection.setAutoCommit(false);
      connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
      for (DeliveryGuarantee guarantee : guarantees) {
        guarantee.checkNow(connection);
      }
      connection.rollback();
    } catch (SQLException e) {
      String state = e.getSQLState();
      if (state == null || !(state.startsWith("08") || state.startsWith("57P"))) {
        throw new IllegalStateException(e);
      }
    }
  }

  /** Ends it; throws what a guarantee had to say. */
  void end() throws InterruptedException, TimeoutException {
    isEnding = true;
    try {
      ended.get(30, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw new AssertionError("seen while under way", e.getCause());
    }
  }

  @Override
  public void close() {
    isEnding = true;
  }
}
