package dev.millrace.topology.backfiller;

import dev.millrace.atproto.car.CarLimits;
import dev.millrace.topology.ChildJvm;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A backfiller in a JVM of its own, to be killed hard or to be kept small. */
final class BackfillerProcess {
  private BackfillerProcess() {}

  static ChildJvm start(String heap, String bootstrapServers, Path dir, URI plc) {
    return ChildJvm.start(
        heap, BackfillerProcess.class, bootstrapServers, dir.toString(), plc.toString());
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
