package dev.millrace.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The server process that {@code postmaster.pid} in a cluster's directory names: its first line is
 * the process id (storage-file-layout of the Postgres manual).
 *
 * <p>A process is touched only if it is a {@code postgres} whose working directory or arguments are
 * this cluster: after a reboot the same number may be anybody.
 */
final class Postmaster {
  private static final Logger log = LoggerFactory.getLogger(Postmaster.class);
  private static final Duration FAST_WAIT = Duration.ofSeconds(60);
  private static final Duration IMMEDIATE_WAIT = Duration.ofSeconds(20);

  private final Path cluster;

  private Postmaster(Path cluster) {
    this.cluster = cluster;
  }

  static Postmaster of(Path cluster) {
    return new Postmaster(cluster);
  }

  /**
   * Stops a server that outlived its parent; removes a pid file that names somebody else's process,
   * which Postgres itself would refuse to start over. One that names no process is left to
   * Postgres, which also knows whether a backend still holds its memory.
   */
  void stopOrphan() throws IOException {
    Optional<ProcessHandle> named = named();
    if (named.isEmpty()) {
      return;
    }
    ProcessHandle process = named.get();
    if (!isOurs(process)) {
      log.warn("{} names process {}, which is not its server", pidFile(), process.pid());
      Files.deleteIfExists(pidFile());
      return;
    }
    log.info("stopping Postgres {}, left over on {}", process.pid(), cluster);
    signal(process, "INT"); // fast: disconnects clients, writes a checkpoint
    if (!hasEnded(process, FAST_WAIT)) {
      signal(process, "QUIT"); // immediate: the next start recovers
      if (!hasEnded(process, IMMEDIATE_WAIT)) {
        throw new IOException("Postgres %d on %s does not stop".formatted(process.pid(), cluster));
      }
    }
  }

  /** Waits until a server that was told to stop has done so. */
  void awaitEnd() throws IOException {
    Optional<ProcessHandle> named = named().filter(this::isOurs);
    if (named.isPresent() && !hasEnded(named.get(), FAST_WAIT)) {
      throw new IOException(
          "Postgres %d on %s does not stop".formatted(named.get().pid(), cluster));
    }
  }

  private Optional<ProcessHandle> named() throws IOException {
    try {
      List<String> lines = Files.readAllLines(pidFile());
      return lines.isEmpty()
          ? Optional.empty()
          : ProcessHandle.of(Long.parseLong(lines.getFirst().strip()))
              .filter(ProcessHandle::isAlive);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (NumberFormatException e) {
      throw new IOException(pidFile() + " does not begin with a process id", e);
    }
  }

  private boolean isOurs(ProcessHandle process) {
    String command = process.info().command().orElse("");
    if (!Path.of(command).endsWith("postgres")) {
      return false;
    }
    Path workingDirectory = Path.of("/proc", String.valueOf(process.pid()), "cwd");
    try {
      if (Files.isSameFile(workingDirectory, cluster)) {
        return true;
      }
    } catch (IOException e) {
      log.debug("no {} to compare", workingDirectory, e);
    }
    return process.info().commandLine().orElse("").contains(cluster.toString());
  }

  private static void signal(ProcessHandle process, String name) throws IOException {
    Process kill =
        new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid()))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      if (!kill.waitFor(10, TimeUnit.SECONDS)) {
        kill.destroyForcibly();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while stopping Postgres", e);
    }
  }

  private static boolean hasEnded(ProcessHandle process, Duration wait) throws IOException {
    try {
      process.onExit().get(wait.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      throw new IOException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while waiting for Postgres to end", e);
    }
  }

  private Path pidFile() {
    return cluster.resolve("postmaster.pid");
  }
}
