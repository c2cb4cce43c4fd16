package dev.millrace.app.oracle;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * A database whose commits an indexer may not survive, or not hear of. Thread-safe.
 *
 * <p>Strikes the commits of workers and of the deriver, known by their threads' names: what else
 * the indexer commits is no part of the flow.
 */
final class DoomedDatabase {
  private final DataSource database;
  private final Kills kills;
  private final AtomicInteger answersToLose = new AtomicInteger();

  DoomedDatabase(DataSource database, Kills kills) {
    this.database = database;
    this.kills = kills;
  }

  DataSource dataSource() {
    return proxy(
        DataSource.class,
        (self, method, arguments) -> {
          Object result = call(database, method, arguments);
          return result instanceof Connection connection ? doomed(connection) : result;
        });
  }

  /** The next commit succeeds, and its connection is cut before anybody is told. */
  void loseAnAnswer() {
    answersToLose.incrementAndGet();
  }

  int answersToLose() {
    return answersToLose.get();
  }

  private Connection doomed(Connection connection) {
    return proxy(
        Connection.class,
        (self, method, arguments) -> {
          String thread = Thread.currentThread().getName();
          if (method.getName().equals("commit") && thread.endsWith(" deriver")) {
            kills.reached(CrashPoint.BEFORE_DERIVE_COMMIT);
            connection.commit();
            kills.reached(CrashPoint.AFTER_DERIVE_COMMIT);
            return null;
          }
          if (!method.getName().equals("commit") || !thread.contains(" worker ")) {
            return call(connection, method, arguments);
          }
          kills.reached(CrashPoint.BEFORE_POSTGRES_COMMIT);
          connection.commit();
          kills.reached(CrashPoint.AFTER_POSTGRES_COMMIT);
          if (answersToLose.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            connection.abort(Runnable::run);
            throw new SQLException("the connection was cut", "08006");
          }
          return null;
        });
  }

  private static @Nullable Object call(Object target, Method method, Object @Nullable [] arguments)
      throws Throwable {
    try {
      return method.invoke(target, arguments);
    } catch (InvocationTargetException e) {
      throw e.getTargetException();
    }
  }

  private interface Handler {
    @Nullable Object invoke(Object self, Method method, Object @Nullable [] arguments)
        throws Throwable;
  }

  private static <T> T proxy(Class<T> type, Handler handler) {
    return type.cast(
        Proxy.newProxyInstance(
            DoomedDatabase.class.getClassLoader(), new Class<?>[] {type}, handler::invoke));
  }
}
