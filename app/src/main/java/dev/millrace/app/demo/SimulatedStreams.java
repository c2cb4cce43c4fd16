package dev.millrace.app.demo;

import dev.millrace.app.run.CatchUp;
import dev.millrace.connectors.ingest.ServiceHost;
import dev.millrace.schema.event.CursorKey;
import dev.millrace.schema.event.CursorValue;
import dev.millrace.simulator.Simulator;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Knows the last event of each of the simulator's streams, and compares the cursors with it. */
final class SimulatedStreams implements CatchUp.StreamEnds {
  private final Simulator simulator;
  private final Map<CursorKey, URI> hosts = new HashMap<>();

  SimulatedStreams(Simulator simulator) {
    this.simulator = simulator;
    simulator.relays().forEach(relay -> hosts.put(key(CursorKey.Stream.FIREHOSE, relay), relay));
    simulator
        .labelers()
        .forEach(labeler -> hosts.put(key(CursorKey.Stream.LABELS, labeler), labeler));
  }

  @Override
  public @Nullable String missing(CursorKey stream, @Nullable CursorValue committed) {
    URI host = hosts.get(stream);
    if (host == null) {
      throw new IllegalArgumentException("not a stream of the simulator: " + stream);
    }
    long last = simulator.lastSeq(host);
    String cursor = committed == null ? null : committed.cursor();
    long reached = cursor == null ? 0 : Long.parseLong(cursor);
    return reached >= last ? null : "at %d of %d".formatted(reached, last);
  }

  private static CursorKey key(CursorKey.Stream stream, URI host) {
    return new CursorKey(stream, ServiceHost.parse(host.toString()).name());
  }
}
