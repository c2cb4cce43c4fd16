package dev.millrace.simulator.event;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The logs of all hosts. A PDS tells of its own accounts, each relay of all, under numbers of its
 * own; relays other than the first tell what happened in one step in an order of their own, but in
 * the right order for each account. A labeler keeps all it ever told.
 *
 * <p>Written by whoever holds the world's write lock.
 */
public final class Streams {
  private static final long PDS_START = 10_000;
  private static final long RELAY_START = 1_000_000;

  private final List<EventLog> pdses;
  private final List<EventLog> relays;
  private final List<EventLog> labelers;

  public Streams(int pdses, int relays, int labelers, int retention) {
    int share = Math.max(100, retention / Math.max(1, pdses));
    this.pdses =
        IntStream.range(0, pdses).mapToObj(i -> new EventLog(PDS_START, share, seq -> 2)).toList();
    this.relays =
        IntStream.range(0, relays)
            .mapToObj(
                i ->
                    new EventLog(
                        RELAY_START * (i + 1),
                        retention,
                        seq -> i == 0 ? 2 : 2 + Math.floorMod(mix(seq + i), 4)))
            .toList();
    this.labelers =
        IntStream.range(0, labelers)
            .mapToObj(i -> new EventLog(0, Integer.MAX_VALUE, seq -> 2))
            .toList();
  }

  public List<EventLog> pdses() {
    return pdses;
  }

  public List<EventLog> relays() {
    return relays;
  }

  public List<EventLog> labelers() {
    return labelers;
  }

  /** An event and the PDS that tells it. */
  public record FromPds(int pds, StreamEvent event) {}

  /** Tells what happened in one step. */
  public void publish(long step, List<FromPds> events) {
    events.forEach(from -> pdses.get(from.pds()).append(from.event()));
    for (int i = 0; i < relays.size(); i++) {
      EventLog relay = relays.get(i);
      long salt = mix(step * 31 + i);
      List<FromPds> ordered = new ArrayList<>(events);
      if (i > 0) {
        ordered.sort(Comparator.comparingLong(from -> mix(salt ^ from.event().did().hashCode())));
      }
      ordered.forEach(from -> relay.append(from.event()));
    }
  }

  /** The finalizer of SplitMix64. */
  private static long mix(long value) {
    long z = (value ^ (value >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
