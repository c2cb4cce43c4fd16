package dev.millrace.connectors.repolist;

import dev.millrace.atproto.retry.Backoff;
import dev.millrace.connectors.ingest.IngestMetrics;
import dev.millrace.connectors.ingest.PartThreads;
import dev.millrace.connectors.ingest.ServiceHost;
import dev.millrace.connectors.kafka.CursorStore;
import dev.millrace.connectors.kafka.KafkaConnection;
import dev.millrace.schema.event.BadSpot;
import dev.millrace.schema.event.CursorKey;
import dev.millrace.schema.event.CursorValue;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntConsumer;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The hosts of one relay that are listed, with the cursors and bad spots that earlier runs left.
 *
 * <p>{@link #load} comes first; the rest is safe for use by several threads.
 */
final class ListedHosts {
  private static final Logger log = LoggerFactory.getLogger(ListedHosts.class);

  private final HostListOptions options;
  private final CursorStore cursors;
  private final IngestMetrics metrics;
  private final Clock clock;
  private final GapsOfRelay gaps;
  private final Map<CursorKey, CursorValue> saved = new HashMap<>();
  private final Map<CursorKey, BadSpot> spots = new HashMap<>();
  private final Map<String, ListedHost> hosts = new ConcurrentHashMap<>();

  ListedHosts(HostListOptions options, KafkaConnection kafka, IngestMetrics metrics, Clock clock) {
    this.options = options;
    this.cursors = new CursorStore(kafka);
    this.metrics = metrics;
    this.clock = clock;
    this.gaps =
        new GapsOfRelay(cursors, options.relay().name(), options.listing().rules().lookAgain());
  }

  /** Reads what earlier runs left, for as long as Kafka is away. */
  void load(PartThreads threads) throws InterruptedException {
    ListingWaits waits = options.listing().rules().waits();
    Backoff backoff = new Backoff(waits.first(), waits.longest(), RandomGenerator.getDefault());
    while (true) {
      try {
        saved.putAll(cursors.list());
        spots.putAll(cursors.spots());
        saved.keySet().removeIf(key -> !key.isOfHostOf(options.relay().name()));
        return;
      } catch (KafkaException e) {
        log.warn("the cursors of hosts cannot be read, trying again: {}", e.toString());
        threads.sleep(backoff.next());
      }
    }
  }

  /** The names of the hosts that have a cursor. */
  List<String> remembered() {
    List<String> names = new ArrayList<>();
    saved.keySet().forEach(key -> names.add(key.hostName()));
    return names;
  }

  /** A host that was not known; empty if it was, or if there are too many. */
  Optional<ListedHost> add(
      ServiceHost host, PageSource source, BatchSink sink, IntConsumer written) {
    if (hosts.containsKey(host.name()) || hosts.size() >= HostDirectory.MOST_HOSTS) {
      return Optional.empty();
    }
    CursorKey stream = CursorKey.ofHost(host.name(), options.relay().name());
    ListingRules rules = options.listing().rules();
    BadSpots own = new BadSpots(stream, rules.waits(), RandomGenerator.getDefault());
    own.load(spots);
    CursorValue cursor = saved.get(stream);
    ListedHost listed =
        new ListedHost(
            new HostListing(
                stream,
                source,
                rules,
                gaps,
                metrics,
                new ListingWriter(
                    stream, sink, options.listing().records(metrics, clock), metrics, written),
                own,
                cursor == null
                    ? SweepPosition.beginning(clock.instant())
                    : SweepPosition.of(cursor),
                clock),
            own);
    return hosts.putIfAbsent(host.name(), listed) == null ? Optional.of(listed) : Optional.empty();
  }

  int size() {
    return hosts.size();
  }

  /** Whether every host was listed to its end since the start, but those that do not answer. */
  boolean areListed() {
    return hosts.values().stream().allMatch(host -> host.isListed() || host.isSilent());
  }

  int listed() {
    return count(ListedHost::isListed);
  }

  int answering() {
    return count(ListedHost::answers);
  }

  int silent() {
    return count(ListedHost::isSilent);
  }

  private int count(Predicate<ListedHost> which) {
    return (int) hosts.values().stream().filter(which).count();
  }

  int passedSpots() {
    return hosts.values().stream().mapToInt(host -> host.spots().passed()).sum();
  }

  int standingSpots() {
    return hosts.values().stream().mapToInt(host -> host.spots().standing()).sum();
  }
}
