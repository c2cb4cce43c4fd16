package dev.millrace.connectors.repolist;

import dev.millrace.atproto.xrpc.XrpcClient;
import dev.millrace.connectors.ingest.IngestMetrics;
import dev.millrace.connectors.ingest.IngestScope;
import dev.millrace.connectors.ingest.ServiceHost;
import dev.millrace.connectors.kafka.CursorStore;
import dev.millrace.connectors.kafka.KafkaConnection;
import dev.millrace.connectors.kafka.TransactionalWriter;
import dev.millrace.connectors.kafka.WriteSteps;
import dev.millrace.schema.event.CursorKey;
import dev.millrace.schema.event.CursorValue;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Goes once through a relay's list of repos and asks for those whose rev or status is not what the
 * database holds: each page's requests and the cursor after it in one transaction, so that a run
 * that was ended is gone on with. The stream is {@code repos:<relay>/reconcile}.
 *
 * <p>What is still on its way to the database counts as not held; run it when the indexer has
 * caught up. Owned by one thread.
 */
public final class Reconciliation {
  /** The longest wait without a look at whether to stop. */
  private static final Duration LOOK = Duration.ofMillis(200);

  private final ServiceHost relay;
  private final ListingRules rules;
  private final XrpcClient http;
  private final KafkaConnection kafka;
  private final MeterRegistry meters;
  private final CursorKey stream;
  private final IngestMetrics metrics;
  private final Differences differences;
  private final Clock clock = Clock.systemUTC();

  /**
   * Does nothing yet.
   *
   * @param scope whose collections the requests name
   */
  public Reconciliation(
      ServiceHost relay,
      ListingRules rules,
      XrpcClient http,
      KafkaConnection kafka,
      DataSource database,
      IngestScope scope,
      MeterRegistry meters) {
    this.relay = relay;
    this.rules = rules;
    this.http = http;
    this.kafka = kafka;
    this.meters = meters;
    this.stream = new CursorKey(CursorKey.Stream.REPOS, relay.name() + "/reconcile");
    this.metrics = new IngestMetrics(meters, stream);
    this.differences = new Differences(new HeldRepos(database, scope.ofRequests()), metrics, clock);
  }

  /**
   * How far it is.
   *
   * @param from where an earlier run had ended; null for the beginning
   * @param passed bad spots of the list that were stepped over and have not healed
   */
  public record Progress(
      @Nullable String from, Map<Difference, Long> repos, int passed, boolean isDone) {
    public long of(Difference difference) {
      return repos.getOrDefault(difference, 0L);
    }

    public long compared() {
      return repos.values().stream().mapToLong(Long::longValue).sum();
    }

    public long requested() {
      return repos.entrySet().stream()
          .filter(count -> count.getKey().isRequested())
          .mapToLong(Map.Entry::getValue)
          .sum();
    }
  }

  /**
   * Runs to the list's end, waiting for the relay as long as it is away.
   *
   * @param each is told after each page
   * @throws dev.millrace.connectors.kafka.FencedException if another run took over
   */
  public Progress run(Consumer<Progress> each, BooleanSupplier isStopped)
      throws InterruptedException {
    try (TransactionalWriter writer =
        new TransactionalWriter(kafka, stream, meters, WriteSteps.NONE)) {
      CursorValue saved = writer.open().filter(cursor -> !cursor.done()).orElse(null);
      CursorStore cursors = new CursorStore(kafka);
      BadSpots spots = new BadSpots(stream, rules.waits(), RandomGenerator.getDefault());
      spots.load(cursors.spots());
      HostListing listing =
          new HostListing(
              stream,
              new HostPages(http, relay),
              rules,
              new GapsOfRelay(cursors, relay.name(), rules.lookAgain()),
              metrics,
              new ListingWriter(stream, writer::write, differences, metrics, requested -> {}),
              spots,
              saved == null ? SweepPosition.beginning(clock.instant()) : SweepPosition.of(saved),
              clock);
      String from = saved == null ? null : saved.cursor();
      while (!listing.hasReachedEnd() && !isStopped.getAsBoolean()) {
        pause(listing.turn(), isStopped);
        each.accept(progress(from, spots, false));
      }
      return progress(from, spots, listing.hasReachedEnd());
    }
  }

  private static void pause(Duration wait, BooleanSupplier isStopped) throws InterruptedException {
    long end = System.nanoTime() + wait.toNanos();
    long left = wait.toNanos();
    while (left > 0 && !isStopped.getAsBoolean()) {
      Thread.sleep(Duration.ofNanos(Math.min(left, LOOK.toNanos())));
      left = end - System.nanoTime();
    }
  }

  private Progress progress(@Nullable String from, BadSpots spots, boolean isDone) {
    return new Progress(from, differences.counts(), spots.passed(), isDone);
  }
}
