package dev.millrace.topology.tracker;

import dev.millrace.topology.tracker.identity.RetryPolicy;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A tracker in a JVM of its own, to be killed hard. */
final class TrackerProcess implements AutoCloseable {
  private final Process process;

  private TrackerProcess(Process process) {
    this.process = process;
  }

  static TrackerProcess start(String bootstrapServers, Path dir, URI plc, URI handles) {
    try {
      return new TrackerProcess(
          new ProcessBuilder(
                  List.of(
                      Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                      "-Xmx256m",
                      "--enable-native-access=ALL-UNNAMED",
                      "--sun-misc-unsafe-memory-access=allow",
                      "-Dlogback.configurationFile="
                          + System.getProperty("logback.configurationFile", "logback-test.xml"),
                      "-cp",
                      System.getProperty("java.class.path"),
                      TrackerProcess.class.getName(),
                      bootstrapServers,
                      dir.toString(),
                      plc.toString(),
                      handles.toString()))
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.INHERIT)
              .start());
    } catch (IOException e) {
      throw new IllegalStateException("a JVM does not start", e);
    }
  }

  /** As {@code kill -9}. */
  void kill() {
    process.destroyForcibly();
    try {
      if (!process.waitFor(20, TimeUnit.SECONDS)) {
        throw new IllegalStateException("a killed JVM lives on");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while a JVM ends", e);
    }
  }

  @Override
  public void close() {
    kill();
  }

  /** Of a network on this machine. */
  static TrackerOptions options(String bootstrapServers, Path dir, URI plc, URI handles) {
    return TrackerOptions.of(bootstrapServers, dir, plc)
        .identities(handles, true, 4, RetryPolicy.DEFAULT);
  }

  /** The child: bootstrap servers, state directory, PLC, resolver of handles. */
  public static void main(String[] arguments) throws InterruptedException {
    TrackerOptions options =
        options(
            arguments[0],
            Path.of(arguments[1]),
            URI.create(arguments[2]),
            URI.create(arguments[3]));
    try (Tracker tracker = Tracker.start(options, new SimpleMeterRegistry())) {
      CountDownLatch never = new CountDownLatch(1);
      while (tracker.failure().isEmpty() && !never.await(1, TimeUnit.SECONDS)) {
        // Until it is killed, or fails.
      }
    }
  }
}
