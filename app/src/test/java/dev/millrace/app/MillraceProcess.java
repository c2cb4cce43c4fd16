package dev.millrace.app;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.awaitility.Awaitility;

/**
 * The command in a process of its own. Its output is read by a thread of its own; the test's thread
 * does all else.
 */
final class MillraceProcess implements AutoCloseable {
  private final Process process;
  private final List<String> lines = new CopyOnWriteArrayList<>();
  private final Thread reader;

  private MillraceProcess(Process process) {
    this.process = process;
    this.reader = Thread.ofPlatform().daemon().name("child-output").start(this::read);
  }

  static MillraceProcess start(String... arguments) {
    return start(Map.of(), arguments);
  }

  static MillraceProcess start(Map<String, String> variables, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx768m");
    command.add("--enable-native-access=ALL-UNNAMED");
    command.add("--sun-misc-unsafe-memory-access=allow");
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(Main.class.getName());
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().keySet().removeIf(name -> name.startsWith("MILLRACE_"));
    builder.environment().putAll(variables);
    try {
      return new MillraceProcess(builder.start());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void read() {
    try (BufferedReader output =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      output.lines().forEach(lines::add);
    } catch (IOException | UncheckedIOException e) {
      lines.add("(its output broke off: " + e.getMessage() + ")");
    }
  }

  /** Waits for a line. */
  void awaitLine(Predicate<String> wanted, Duration limit) {
    Awaitility.await("a line of the child")
        .atMost(limit)
        .pollInterval(Duration.ofMillis(100))
        .until(() -> lines.stream().anyMatch(wanted) || !process.isAlive());
    if (lines.stream().noneMatch(wanted)) {
      throw new AssertionError("it ended without the line:\n" + output());
    }
  }

  /** Waits for its end; the exit code. */
  int awaitExit(Duration limit) throws InterruptedException {
    if (!process.waitFor(limit.toSeconds(), TimeUnit.SECONDS)) {
      throw new AssertionError("it still runs after " + limit + ":\n" + output());
    }
    reader.join(Duration.ofSeconds(10));
    return process.exitValue();
  }

  /** SIGTERM; unlike {@code Process.destroy}, its last words are still read. */
  void terminate() {
    process.toHandle().destroy();
  }

  /** SIGKILL. */
  void kill() {
    process.destroyForcibly().onExit().orTimeout(20, TimeUnit.SECONDS).join();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  String output() {
    return String.join("\n", lines);
  }

  @Override
  public void close() {
    kill();
  }
}
