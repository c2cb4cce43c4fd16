package dev.millrace.connectors.sink;

import static org.awaitility.Awaitility.await;

import dev.millrace.connectors.sink.collection.NotificationAge;
import dev.millrace.connectors.sink.derive.Deriver;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** The deriver as it runs beside the workers. */
class DeriverIT extends AppliedRules {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  @Test
  void shouldSayThatItIsBehindAsLongAsItIs() throws Exception {
    // Never due: as if it had no time for them.
    database.execute(
        "INSERT INTO derive_queue (kind, key, after_xid) SELECT 'post', 'at://' || n, 1::bigint << 62"
            + " FROM generate_series(1, 100000) n");
    AtomicBoolean isStopping = new AtomicBoolean();
    try (ExecutorService threads = Executors.newSingleThreadExecutor();
        Deriver deriver =
            new Deriver(database.dataSource(), NotificationAge.any(), new SimpleMeterRegistry())) {
      Callable<Boolean> working =
          () -> {
            deriver.run(isStopping::get);
            return true;
          };
      Future<Boolean> worked = threads.submit(working);
      try {
        await().atMost(LIMIT).until(deriver::isBehind);
        database.execute("DELETE FROM derive_queue WHERE key = 'at://1'");
        await().atMost(LIMIT).until(() -> !deriver.isBehind());
      } finally {
        isStopping.set(true);
        worked.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
      }
    }
  }
}
