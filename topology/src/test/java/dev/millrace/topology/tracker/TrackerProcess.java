package dev.millrace.topology.tracker;

import dev.millrace.topology.ChildJvm;
import dev.millrace.topology.tracker.identity.RetryPolicy;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A tracker in a JVM of its own, to be killed hard. */
final class TrackerProcess {
  private TrackerProcess() {}

  static ChildJvm start(String bootstrapServers, Path dir, URI plc, URI handles) {
    return ChildJvm.start(
        "-Xmx256m",
        TrackerProcess.class,
        bootstrapServers,
        dir.toString(),
        plc.toString(),
        handles.toString());
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
