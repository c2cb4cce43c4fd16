package dev.millrace.app.run;

import dev.millrace.app.config.DataOptions;
import dev.millrace.connectors.kafka.KafkaConnection;
import dev.millrace.embedded.EmbeddedKafka;
import dev.millrace.embedded.EmbeddedPostgres;
import dev.millrace.schema.database.Database;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The broker and the database of a process: those that were named, embedded ones for those that
 * were not. Owned by the command's thread.
 */
public final class Servers implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Servers.class);
  private static final Duration START_LIMIT = Duration.ofMinutes(3);

  private final @Nullable EmbeddedKafka broker;
  private final @Nullable EmbeddedPostgres postgres;
  private final KafkaConnection kafka;
  private final Database database;

  private Servers(
      @Nullable EmbeddedKafka broker,
      @Nullable EmbeddedPostgres postgres,
      KafkaConnection kafka,
      Database database) {
    this.broker = broker;
    this.postgres = postgres;
    this.kafka = kafka;
    this.database = database;
  }

  /**
   * Starts what was not named, both at once.
   *
   * @param bootstrapServers null for an embedded broker
   * @param named null for an embedded Postgres
   * @param schema in the embedded Postgres
   * @throws IllegalStateException if one does not start; the other is stopped then
   */
  public static Servers start(
      @Nullable String bootstrapServers,
      @Nullable Database named,
      String schema,
      DataOptions data) {
    CompletableFuture<@Nullable EmbeddedKafka> brokers =
        startUnless(bootstrapServers != null, () -> EmbeddedKafka.start(data.kafka(), 0));
    CompletableFuture<@Nullable EmbeddedPostgres> databases =
        startUnless(named != null, () -> EmbeddedPostgres.start(data.postgres(), 0));
    boolean isStarted = false;
    try {
      EmbeddedKafka broker = await(brokers);
      EmbeddedPostgres postgres = await(databases);
      Servers servers =
          new Servers(
              broker,
              postgres,
              new KafkaConnection(
                  broker == null ? String.valueOf(bootstrapServers) : broker.bootstrapServers()),
              named != null || postgres == null
                  ? Objects.requireNonNull(named)
                  : Database.of(postgres.jdbcUrl(), schema));
      isStarted = true;
      return servers;
    } finally {
      if (!isStarted) {
        closeWhenStarted(brokers);
        closeWhenStarted(databases);
      }
    }
  }

  public KafkaConnection kafka() {
    return kafka;
  }

  public Database database() {
    return database;
  }

  private static <T> CompletableFuture<@Nullable T> startUnless(
      boolean isNamed, Supplier<T> start) {
    if (isNamed) {
      return CompletableFuture.completedFuture(null);
    }
    CompletableFuture<@Nullable T> started = new CompletableFuture<>();
    Thread.ofPlatform()
        .name("server-start")
        .daemon()
        .start(
            () -> {
              try {
                started.complete(start.get());
              } catch (Throwable e) {
                started.completeExceptionally(e);
              }
            });
    return started;
  }

  private static <T> @Nullable T await(CompletableFuture<@Nullable T> started) {
    try {
      return started.get(START_LIMIT.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException known) {
        throw known;
      }
      throw new CompletionException(e.getCause());
    } catch (TimeoutException e) {
      throw new IllegalStateException(
          "an embedded server did not start within " + START_LIMIT.toSeconds() + " s", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while starting", e);
    }
  }

  private static <T extends AutoCloseable> void closeWhenStarted(
      CompletableFuture<@Nullable T> starting) {
    try {
      T server = starting.get(START_LIMIT.toSeconds(), TimeUnit.SECONDS);
      if (server != null) {
        server.close();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (Exception e) {
      log.warn("after a failed start: {}", e.toString());
    }
  }

  @Override
  public void close() {
    try {
      if (postgres != null) {
        postgres.close();
      }
    } finally {
      if (broker != null) {
        broker.close();
      }
    }
  }
}
