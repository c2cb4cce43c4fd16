package dev.millrace.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A Postgres server (user {@code postgres}, database {@code postgres}, no password) as a child of
 * this process, on 127.0.0.1.
 *
 * <p>Keeps its data over restarts, a hard kill included: a server that outlived the process that
 * started it is stopped first, if its data directory is ours. May run as root (in a user namespace
 * of its own, which Linux must allow).
 *
 * <p>{@link #close} may be called from any thread and again.
 */
public final class EmbeddedPostgres implements AutoCloseable {
  private static final Duration START_WAIT = Duration.ofMinutes(2);

  private final DataDirectory directory;
  private final Path cluster;
  private final io.zonky.test.db.postgres.embedded.EmbeddedPostgres server;
  private final AtomicBoolean closed = new AtomicBoolean();

  private EmbeddedPostgres(
      DataDirectory directory,
      Path cluster,
      io.zonky.test.db.postgres.embedded.EmbeddedPostgres server) {
    this.directory = directory;
    this.cluster = cluster;
    this.server = server;
  }

  /**
   * Starts on the data in a directory, initialising it at first; returns when it answers.
   *
   * <p>Nothing stops the server when the process ends without {@link #close}; the next start does.
   *
   * @param port 0: the port it had before on this directory, else a free one
   * @throws IllegalStateException if the directory is in use, or the port asked for is taken
   */
  public static EmbeddedPostgres start(Path directory, int port) {
    return start(DataDirectory.open(directory), port, Durability.ON);
  }

  /**
   * With data in a temporary directory, deleted on {@link #close} or the end of the process; does
   * not wait for the disk.
   */
  public static EmbeddedPostgres temporary() {
    EmbeddedPostgres postgres =
        start(DataDirectory.temporary("millrace-postgres-"), 0, Durability.OFF);
    Runtime.getRuntime().addShutdownHook(new Thread(postgres::close, "embedded-postgres-close"));
    return postgres;
  }

  private enum Durability {
    ON,
    OFF
  }

  private static EmbeddedPostgres start(
      DataDirectory directory, int wantedPort, Durability durability) {
    try {
      Path cluster = directory.resolve("cluster");
      Postmaster.of(cluster).stopOrphan();
      int port = directory.port("postgres", wantedPort);
      initialise(directory, cluster, port);
      return new EmbeddedPostgres(directory, cluster, run(cluster, port, durability));
    } catch (IOException | RuntimeException e) {
      directory.close();
      throw new IllegalStateException(
          "the embedded Postgres did not start on %s: %s"
              .formatted(directory.path(), e.getMessage()),
          e);
    }
  }

  /**
   * Initialises beside its place and moves it there whole: a kill in between leaves nothing half.
   */
  private static void initialise(DataDirectory directory, Path cluster, int port)
      throws IOException {
    if (Files.exists(cluster)) {
      return;
    }
    Path unfinished = directory.resolve("cluster.initialising");
    Postmaster.of(unfinished).stopOrphan();
    DataDirectory.delete(unfinished);
    run(unfinished, port, Durability.OFF).close();
    Postmaster.of(unfinished).awaitEnd();
    Files.move(unfinished, cluster, StandardCopyOption.ATOMIC_MOVE);
  }

  private static io.zonky.test.db.postgres.embedded.EmbeddedPostgres run(
      Path cluster, int port, Durability durability) throws IOException {
    var builder =
        io.zonky.test.db.postgres.embedded.EmbeddedPostgres.builder()
            .setDataDirectory(cluster)
            .setCleanDataDirectory(false)
            .setRegisterShutdownHook(false)
            .setPGStartupWait(START_WAIT)
            .setPort(port)
            // Byte order for comparing (TIDs, URIs), Unicode for letters (trigrams of any script).
            .setLocaleConfig("locale-provider", "builtin")
            .setLocaleConfig("builtin-locale", "C.UTF-8")
            .setLocaleConfig("locale", "C")
            .setLocaleConfig("lc-ctype", isMac() ? "en_US.UTF-8" : "C.UTF-8");
    settings(durability).forEach(builder::setServerConfig);
    return builder.start();
  }

  /** What is not here is Postgres's default. */
  private static Map<String, String> settings(Durability durability) {
    String durable = durability == Durability.ON ? "on" : "off";
    return Map.ofEntries(
        Map.entry("listen_addresses", "127.0.0.1"),
        Map.entry("unix_socket_directories", "''"),
        Map.entry("fsync", durable),
        Map.entry("synchronous_commit", durable),
        Map.entry("full_page_writes", durable),
        Map.entry("max_connections", "150"),
        Map.entry("shared_buffers", "256MB"),
        Map.entry("max_wal_size", "4GB"),
        Map.entry("checkpoint_timeout", "15min"),
        Map.entry("jit", "off"),
        Map.entry("timezone", "UTC"),
        Map.entry("logging_collector", "on"),
        Map.entry("log_directory", "log"),
        // A week of its log, a file a day.
        Map.entry("log_filename", "postgresql-%a.log"),
        Map.entry("log_rotation_age", "1d"),
        Map.entry("log_rotation_size", "0"),
        Map.entry("log_truncate_on_rotation", "on"));
  }

  private static boolean isMac() {
    return System.getProperty("os.name", "").toLowerCase(Locale.ROOT).contains("mac");
  }

  /** With user, for {@code DriverManager} and data sources; no password is asked for. */
  public String jdbcUrl() {
    return "jdbc:postgresql://127.0.0.1:%d/postgres?user=postgres".formatted(server.getPort());
  }

  public int port() {
    return server.getPort();
  }

  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    try {
      server.close();
      // Its own wait is short; writing back a large cache takes longer.
      Postmaster.of(cluster).awaitEnd();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      directory.close();
    }
  }
}
