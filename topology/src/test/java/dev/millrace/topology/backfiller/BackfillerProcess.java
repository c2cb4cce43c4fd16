package dev.millrace.topology.backfiller;

import dev.millrace.atproto.car.CarLimits;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A backfiller in a JVM of its own, to be killed hard or to be kept small. */
final class BackfillerProcess implements AutoCloseable {
  private final Process process;

  private BackfillerProcess(Process process) {
    this.process = process;
  }

  static BackfillerProcess start(String heap, String bootstrapServers, Path dir, URI plc) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            heap,
            "-XX:+ExitOnOutOfMemoryError",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-Dlogback.configurationFile="
                + System.getProperty("logback.configurationFile", "logback-test.xml"),
            "-cp",
            System.getProperty("java.class.path"),
            BackfillerProcess.class.getName(),
            bootstrapServers,
            dir.toString(),
            plc.toString()));
    try {
      return new BackfillerProcess(
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.INHERIT)
              .start());
    } catch (IOException e) {
      throw new IllegalStateException("a JVM does not start", e);
    }
  }

  boolean isAlive() {
    return process.isAlive();
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

  /** The child: bootstrap servers, data directory, PLC. */
  public static void main(String[] arguments) throws InterruptedException {
    BackfillerOptions options =
        TestOptions.of(arguments[0], Path.of(arguments[1]), URI.create(arguments[2]))
            .car(new CarLimits(4L << 30, 2 << 20, 10_000_000, 1 << 20))
            .build();
    try (Backfiller backfiller = Backfiller.start(options, new SimpleMeterRegistry())) {
      CountDownLatch never = new CountDownLatch(1);
      while (backfiller.failure().isEmpty() && !never.await(1, TimeUnit.SECONDS)) {
        // Until it is killed, or fails.
      }
    }
  }
}
