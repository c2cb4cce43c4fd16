package dev.millrace.connectors.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.millrace.connectors.sink.collection.NotificationAge;
import dev.millrace.connectors.sink.derive.Deriver;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The deriver as it runs beside the workers. */
class DeriverIT extends AppliedRules {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void shouldLoseNothingOfWhatItTookWhenACommitFails(int nth) throws Exception {
    Events alice = new Events("did:plc:alice");
    sink.live(alice.put(1, Events.POST, "a", "cid", Events.post("a")));
    sink.identities(alice.resolved(1, "alice.test"));
    AtomicInteger left = new AtomicInteger(nth);
    try (Deriver dying =
        new Deriver(cutAt(left), NotificationAge.any(), new SimpleMeterRegistry())) {
      assertThatThrownBy(
              () -> {
                while (left.get() > 0) {
                  dying.deriveBatch();
                }
              })
          .hasMessage("the connection was cut");
    }

    sink.derive();

    assertThat(database.one("SELECT handle FROM actor")).isEqualTo("alice.test");
  }

  /** The database, but of its commits one fails. */
  private static DataSource cutAt(AtomicInteger commits) {
    return proxy(
        DataSource.class,
        (method, arguments) -> {
          Object result = method.invoke(database.dataSource(), arguments);
          return result instanceof Connection connection ? cutAt(connection, commits) : result;
        });
  }

  private static Connection cutAt(Connection connection, AtomicInteger commits) {
    return proxy(
        Connection.class,
        (method, arguments) -> {
          if (method.getName().equals("commit") && commits.decrementAndGet() == 0) {
            connection.abort(Runnable::run);
            throw new SQLException("the connection was cut", "08006");
          }
          return method.invoke(connection, arguments);
        });
  }

  private interface Call {
    @Nullable Object of(Method method, Object @Nullable [] arguments) throws Throwable;
  }

  private static <T> T proxy(Class<T> type, Call call) {
    return type.cast(
        Proxy.newProxyInstance(
            DeriverIT.class.getClassLoader(),
            new Class<?>[] {type},
            (self, method, arguments) -> call.of(method, arguments)));
  }

  @Test
  void shouldSetAsideWhatCannotBeDerivedAndTryItAgainWhenItStarts() throws Exception {
    Events alice = new Events("did:plc:alice");
    Events bob = new Events("did:plc:bob");
    String root = alice.uri(Events.POST, "root");
    sink.live(
        alice.put(1, Events.POST, "root", "cid", Posts.post()),
        alice.put(1, Posts.THREAD_GATE, "root", "cid", Posts.threadGate(root, "")),
        alice.put(1, Events.POST, "other", "cid", Posts.post(bob.did())));
    database.execute("UPDATE record SET json = '{' WHERE uri LIKE '%threadgate%'");
    sink.live(bob.put(1, Events.POST, "reply", "cid", Posts.reply(root, root)));

    sink.derive();

    assertThat(database.rows("SELECT key FROM derive_queue")).isEmpty();
    assertThat(database.rows("SELECT DISTINCT key FROM derive_failure"))
        .containsExactly(bob.uri(Events.POST, "reply"));
    assertThat(database.one("SELECT failure FROM derive_failure LIMIT 1")).contains("Exception");
    assertThat(database.rows("SELECT did, reason FROM notification"))
        .containsExactly("did:plc:bob|mention");

    database.execute(
        "UPDATE record SET json = '%s' WHERE uri LIKE '%%threadgate%%'"
            .formatted(Posts.threadGate(root, "")));
    try (Worked _ =
        new Worked(
            new Deriver(database.dataSource(), NotificationAge.any(), new SimpleMeterRegistry()))) {
      await()
          .atMost(LIMIT)
          .until(
              () -> database.rows("SELECT 1 FROM post WHERE \"violatesThreadGate\"").size() == 1);
    }
    assertThat(database.rows("SELECT key FROM derive_failure")).isEmpty();
  }

  @Test
  void shouldLeaveToANewerVersionWhatItDoesNotKnow() throws Exception {
    database.execute("INSERT INTO derive_queue (kind, key) VALUES ('of-tomorrow', 'x')");

    sink.derive();

    assertThat(database.rows("SELECT kind FROM derive_queue")).containsExactly("of-tomorrow");
  }

  @Test
  void shouldSayThatItIsBehindAsLongAsItIs() throws Exception {
    // Never due: as if it had no time for them.
    database.execute(
        "INSERT INTO derive_queue (kind, key, after_xid) SELECT 'post', 'at://' || n, 1::bigint << 62"
            + " FROM generate_series(1, 100000) n");
    Deriver deriver =
        new Deriver(database.dataSource(), NotificationAge.any(), new SimpleMeterRegistry());
    try (Worked _ = new Worked(deriver)) {
      await().atMost(LIMIT).until(deriver::isBehind);
      database.execute("DELETE FROM derive_queue WHERE key = 'at://1'");
      await().atMost(LIMIT).until(() -> !deriver.isBehind());
    }
  }

  /** A deriver in a thread of its own. */
  private static final class Worked implements AutoCloseable {
    private final AtomicBoolean isStopping = new AtomicBoolean();
    private final ExecutorService threads = Executors.newSingleThreadExecutor();
    private final Future<?> work;

    Worked(Deriver deriver) {
      Callable<Boolean> working =
          () -> {
            deriver.run(isStopping::get);
            return true;
          };
      work = threads.submit(working);
    }

    @Override
    public void close() {
      isStopping.set(true);
      assertThat(work).succeedsWithin(LIMIT);
      threads.close();
    }
  }
}
