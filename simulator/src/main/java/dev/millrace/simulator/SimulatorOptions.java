package dev.millrace.simulator;

import dev.millrace.simulator.world.Action;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A network to be simulated. Begin with {@link #of} and change what matters.
 *
 * @param seed the network is a function of it, and of all that follows but the ports and the data
 * @param repos accounts at the beginning, labelers included
 * @param pdsCount how many PDSes share them
 * @param firstPdsShare how many of the accounts live on the first PDS, from 0 to 1; below 0 it is
 *     one like the others
 * @param recordsPerRepo the mean; few repos have many
 * @param largestRepo one repo has this many records at least; 0 for none
 * @param backlog steps before the first live one; the streams still tell them
 * @param history how long before the first live step those begin
 * @param retention events a relay keeps; the PDSes share as many
 * @param start when the first live step happens; null is an hour before now, so that steps can be
 *     taken faster than time goes. A directory remembers the first one.
 * @param interval from one live step to the next
 * @param without actions that never happen by themselves
 * @param address where the hosts listen: 127.0.0.1, or another of this machine
 * @param basePort the first of as many ports as there are hosts; 0 for free ones
 * @param data where the network is remembered, so that it goes on after a restart; null for nowhere
 */
public record SimulatorOptions(
    long seed,
    int repos,
    int pdsCount,
    double firstPdsShare,
    int relays,
    int labelers,
    int recordsPerRepo,
    int largestRepo,
    int backlog,
    Duration history,
    int retention,
    @Nullable Instant start,
    Duration interval,
    Set<Action> without,
    String address,
    int basePort,
    @Nullable Path data) {
  public SimulatorOptions {
    without = Set.copyOf(without);
    if (basePort < 0 || basePort > 65_000) {
      throw new IllegalArgumentException("basePort must be 0 to 65000");
    }
  }

  /** Three PDSes (or one for each repo), two relays, a labeler, free ports, no memory. */
  public static SimulatorOptions of(long seed, int repos) {
    return new SimulatorOptions(
        seed,
        repos,
        Math.min(3, repos),
        -1,
        2,
        1,
        20,
        0,
        Math.min(2 * repos + 100, 5_000),
        Duration.ofDays(1),
        20_000,
        null,
        Duration.ofMillis(10),
        Set.of(),
        "127.0.0.1",
        0,
        null);
  }

  public SimulatorOptions withPdsCount(int count) {
    return copy(count, relays, labelers, recordsPerRepo, largestRepo, backlog, retention, start);
  }

  public SimulatorOptions withFirstPdsShare(double share) {
    return new SimulatorOptions(
        seed,
        repos,
        pdsCount,
        share,
        relays,
        labelers,
        recordsPerRepo,
        largestRepo,
        backlog,
        history,
        retention,
        start,
        interval,
        without,
        address,
        basePort,
        data);
  }

  public SimulatorOptions withAddress(String listen) {
    return new SimulatorOptions(
        seed,
        repos,
        pdsCount,
        firstPdsShare,
        relays,
        labelers,
        recordsPerRepo,
        largestRepo,
        backlog,
        history,
        retention,
        start,
        interval,
        without,
        listen,
        basePort,
        data);
  }

  public SimulatorOptions withRelays(int count) {
    return copy(pdsCount, count, labelers, recordsPerRepo, largestRepo, backlog, retention, start);
  }

  public SimulatorOptions withLabelers(int count) {
    return copy(pdsCount, relays, count, recordsPerRepo, largestRepo, backlog, retention, start);
  }

  public SimulatorOptions withRecordsPerRepo(int mean) {
    return copy(pdsCount, relays, labelers, mean, largestRepo, backlog, retention, start);
  }

  public SimulatorOptions withLargestRepo(int records) {
    return copy(pdsCount, relays, labelers, recordsPerRepo, records, backlog, retention, start);
  }

  public SimulatorOptions withBacklog(int steps) {
    return copy(pdsCount, relays, labelers, recordsPerRepo, largestRepo, steps, retention, start);
  }

  public SimulatorOptions withHistory(Duration span) {
    return new SimulatorOptions(
        seed,
        repos,
        pdsCount,
        firstPdsShare,
        relays,
        labelers,
        recordsPerRepo,
        largestRepo,
        backlog,
        span,
        retention,
        start,
        interval,
        without,
        address,
        basePort,
        data);
  }

  public SimulatorOptions withRetention(int events) {
    return copy(pdsCount, relays, labelers, recordsPerRepo, largestRepo, backlog, events, start);
  }

  public SimulatorOptions withStart(Instant moment) {
    return copy(
        pdsCount, relays, labelers, recordsPerRepo, largestRepo, backlog, retention, moment);
  }

  private SimulatorOptions copy(
      int pdses,
      int relayCount,
      int labelerCount,
      int records,
      int largest,
      int steps,
      int events,
      @Nullable Instant moment) {
    return new SimulatorOptions(
        seed,
        repos,
        pdses,
        firstPdsShare,
        relayCount,
        labelerCount,
        records,
        largest,
        steps,
        history,
        events,
        moment,
        interval,
        without,
        address,
        basePort,
        data);
  }

  public SimulatorOptions withInterval(Duration between) {
    return with(between, without, basePort, data);
  }

  public SimulatorOptions without(Action... actions) {
    return with(interval, Set.of(actions), basePort, data);
  }

  public SimulatorOptions withBasePort(int port) {
    return with(interval, without, port, data);
  }

  public SimulatorOptions withData(Path directory) {
    return with(interval, without, basePort, directory);
  }

  private SimulatorOptions with(
      Duration between, Set<Action> excluded, int port, @Nullable Path directory) {
    return new SimulatorOptions(
        seed,
        repos,
        pdsCount,
        firstPdsShare,
        relays,
        labelers,
        recordsPerRepo,
        largestRepo,
        backlog,
        history,
        retention,
        start,
        between,
        excluded,
        address,
        port,
        directory);
  }
}
