package dev.millrace.connectors.repolist;

import dev.millrace.atproto.BadDataException;
import dev.millrace.atproto.retry.Backoff;
import dev.millrace.atproto.xrpc.XrpcClient;
import dev.millrace.atproto.xrpc.XrpcException;
import dev.millrace.connectors.ingest.IngestMetrics;
import dev.millrace.connectors.ingest.IngestPart;
import dev.millrace.connectors.ingest.PartThreads;
import dev.millrace.connectors.ingest.ServiceHost;
import dev.millrace.connectors.kafka.Batch;
import dev.millrace.connectors.kafka.KafkaConnection;
import dev.millrace.connectors.kafka.TransactionalWriter;
import dev.millrace.connectors.kafka.WriteSteps;
import dev.millrace.schema.event.CursorKey;
import dev.millrace.schema.event.CursorValue;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lists the repos of every host that a relay knows to {@code repo_backfill}, each from its own
 * {@code listRepos} and with a cursor of its own; a relay lists fewer than half of the accounts.
 * Each host is listed as a relay is ({@link HostListing}); a few are asked at the same time, each
 * by one call, and those that do not answer never hold those that do ({@link HostSchedule}).
 *
 * <p>The part's own cursor says whether every host that answers was listed to its end since the
 * start. Threads: the writer; the directory, which reads the relay's hosts; the gauger of the high
 * -water mark; the askers.
 */
public final class HostListProducer implements IngestPart {
  private static final Logger log = LoggerFactory.getLogger(HostListProducer.class);

  /** How soon a thread sees that the part stops. */
  private static final Duration LOOK_UP = Duration.ofMillis(200);

  private final HostListOptions options;
  private final XrpcClient strangers;
  private final Clock clock;
  private final CursorKey stream;
  private final IngestMetrics metrics;
  private final TransactionalWriter transactions;
  private final SharedWriter writer;
  private final HighWaterGate gate;
  private final BacklogGauge gauge;
  private final HostDirectory directory;
  private final HostSchedule<ListedHost> schedule;
  private final ListedHosts hosts;
  private final PartThreads threads;
  private volatile boolean isOpen;
  private volatile boolean hasDirectory;

  private HostListProducer(
      HostListOptions options,
      KafkaConnection kafka,
      XrpcClient named,
      XrpcClient strangers,
      MeterRegistry meters,
      Clock clock,
      WriteSteps steps) {
    this.options = options;
    this.strangers = strangers;
    this.clock = clock;
    this.stream = CursorKey.ofHosts(options.relay().name());
    this.metrics = new IngestMetrics(meters, stream);
    this.transactions = new TransactionalWriter(kafka, stream, meters, steps);
    this.writer = new SharedWriter(transactions::write, this::addOwnCursor, options.concurrency());
    this.gate = new HighWaterGate(options.listing().highWaterMark());
    this.threads = new PartThreads(stream.toString());
    this.gauge = new BacklogGauge(stream, options.listing(), kafka, gate, threads);
    this.directory = new HostDirectory(named, options.relay(), strangers.allowsPrivate(), metrics);
    this.schedule = new HostSchedule<>(options.concurrency(), clock);
    this.hosts = new ListedHosts(options, kafka, metrics, clock);
    metrics.gauge(
        "millrace.ingest.backlog", "repos before the backfiller, in offsets", gate::backlog);
    metrics.badSpots(hosts::passedSpots, hosts::standingSpots);
    metrics.hosts("known", hosts::size);
    metrics.hosts("answering", hosts::answering);
    metrics.hosts("silent", hosts::silent);
    metrics.hosts("listed", hosts::listed);
  }

  /**
   * Starts the threads and returns.
   *
   * @param named for the relay
   * @param strangers for the hosts that it names
   */
  public static HostListProducer start(
      HostListOptions options,
      KafkaConnection kafka,
      XrpcClient named,
      XrpcClient strangers,
      MeterRegistry meters) {
    return start(options, kafka, named, strangers, meters, Clock.systemUTC(), WriteSteps.NONE);
  }

  /** The same under another clock, and telling of each durable boundary. */
  public static HostListProducer start(
      HostListOptions options,
      KafkaConnection kafka,
      XrpcClient named,
      XrpcClient strangers,
      MeterRegistry meters,
      Clock clock,
      WriteSteps steps) {
    HostListProducer producer =
        new HostListProducer(options, kafka, named, strangers, meters, clock, steps);
    producer.threads.startAsking("gauger", producer.gauge::run);
    producer.threads.startAsking("writer", producer::write);
    return producer;
  }

  @Override
  public String name() {
    return stream.toString();
  }

  /** Whether the relay's hosts are known and what they gave is written. */
  @Override
  public boolean ready() {
    return isOpen && hasDirectory && transactions.ready();
  }

  /** Whether it waits because too much is before the backfiller. */
  public boolean isPaused() {
    return gate.isShut();
  }

  @Override
  public CompletionStage<Void> ended() {
    return threads.ended();
  }

  @Override
  public boolean close(Duration limit) {
    return threads.stop(limit);
  }

  private void write() throws InterruptedException {
    try (transactions) {
      transactions.open();
      hosts.load(threads);
      for (String known : hosts.remembered()) {
        ServiceHost host = directory.host(known);
        if (host != null) {
          take(host);
        }
      }
      isOpen = true;
      threads.startAsking("directory", this::readHosts);
      threads.startAsking("teller", this::tell);
      for (int i = 0; i < options.concurrency(); i++) {
        threads.startAsking("asker-" + i, this::ask);
      }
      writer.run(threads);
    }
  }

  private void take(ServiceHost host) {
    hosts.add(host, new HostPages(strangers, host), writer, gate::wrote).ifPresent(schedule::add);
  }

  private void readHosts() throws InterruptedException {
    ListingWaits waits = options.listing().rules().waits();
    Backoff backoff = new Backoff(waits.first(), waits.longest(), RandomGenerator.getDefault());
    while (!threads.isStopping()) {
      Duration wait = options.hostsAgain();
      try {
        Set<ServiceHost> known = directory.read();
        known.forEach(this::take);
        hasDirectory = true;
        backoff.reset();
        log.info("{}: {} hosts", stream, hosts.size());
      } catch (XrpcException e) {
        metrics.hostFailure(e.reason());
        wait = backoff.next();
        Duration asked = e.retryAfter();
        wait = asked != null && asked.compareTo(wait) > 0 ? asked : wait;
        log.warn("{}: the hosts cannot be read: {}", stream, e.getMessage());
      } catch (BadDataException e) {
        metrics.hostFailure(e.reason());
        wait = backoff.next();
        log.warn("{}: the hosts cannot be read: {}", stream, e.getMessage());
      }
      threads.sleep(wait);
    }
  }

  private void ask() throws InterruptedException {
    while (!threads.isStopping()) {
      while (gate.isShut()) {
        threads.sleep(options.listing().measureEvery());
      }
      HostSchedule.Turn<ListedHost> turn = schedule.take(LOOK_UP).orElse(null);
      if (turn == null) {
        continue;
      }
      Duration wait = turn.host().turn();
      schedule.done(
          turn,
          wait.compareTo(options.between()) < 0 ? options.between() : wait,
          turn.host().answers());
    }
  }

  /** Writes that all is listed once it is, and when it no longer is. */
  private void tell() throws InterruptedException {
    boolean told = false;
    while (!threads.isStopping()) {
      if (isDone() != told) {
        told = !told;
        writer.write(new Batch());
        log.info(
            "{}: {}, {} hosts, {} of them silent",
            stream,
            told ? "every host that answers is listed to its end" : "not all hosts are listed",
            hosts.size(),
            hosts.silent());
      }
      threads.sleep(options.listing().measureEvery());
    }
  }

  private boolean isDone() {
    return hasDirectory && hosts.areListed();
  }

  private void addOwnCursor(Batch batch) {
    batch.cursor(
        stream,
        new CursorValue(
            String.valueOf(hosts.size()), null, null, isDone(), clock.instant().toString()));
  }
}
