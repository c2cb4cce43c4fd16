package dev.millrace.topology.backfiller;

import dev.millrace.atproto.car.CarLimits;
import dev.millrace.atproto.identity.DirectoryLimits;
import dev.millrace.atproto.xrpc.AddressGuard;
import dev.millrace.atproto.xrpc.HttpLimits;
import dev.millrace.schema.topic.Topic;
import dev.millrace.topology.backfiller.fetch.Backoff;
import dev.millrace.topology.backfiller.fetch.HostPolicy;
import java.net.URI;
import java.nio.file.Path;
import java.util.Set;

/**
 * Everything that can be set, immutable. {@link #builder} has the defaults.
 *
 * @param applicationId BACKFILLER_CONSUMER_GROUP: consumer group, prefix of the store's changelog
 * @param clientId BACKFILLER_CONSUMER_NAME: names this process in Kafka's logs and metrics
 * @param listingTopic BACKFILLER_INPUT_STREAM
 * @param eventTopic BACKFILLER_OUTPUT_STREAM
 * @param concurrency BACKFILLER_CONCURRENCY: listed repos that this process fetches at a time, from
 *     the request until the last event is forwarded; each may hold {@code car.memoryBytes} and a
 *     MiB of events
 * @param requestConcurrency the same of requests, apart
 * @param probeConcurrency of each lane, apart: fetches from hosts that have not proven to answer
 * @param batchSize BACKFILLER_BATCH_SIZE: listed repos of one partition that are in hand (next in
 *     turn, being fetched, being emitted); at so many the partition is held, and the rest stays in
 *     Kafka, where the group's lag shows it. Those in backoff, or for whose host others are being
 *     fetched, count as parked
 * @param maxRequests the same of requests, a bound on memory
 * @param maxParked repos of one partition in backoff, or that wait for their host; at so many its
 *     listing is held
 * @param maxParkedByHost repos of one partition, lane and host that failed and wait for another
 *     attempt; further ones are set aside, so that a dead host does not hold the listing of all
 * @param threads stream threads; they only forward, so few do
 * @param stateDir of the pending store; must outlive the process for a quick start
 * @param spoolDir where repos larger than {@code car.memoryBytes} lie while they are expanded
 * @param plc the directory of did:plc
 * @param directories what directories bear, shared with all in this process who ask them
 * @param addresses which hosts may be asked
 * @param collections NSIDs that are emitted; empty is all. A narrower scope closes its snapshots as
 *     partial
 * @param sinkGroup whose lag on {@code eventTopic} is watched
 * @param highWaterMark events behind at which no new fetch begins, until the lag is at four fifths
 */
public record BackfillerOptions(
    String bootstrapServers,
    String applicationId,
    String clientId,
    String listingTopic,
    String eventTopic,
    int concurrency,
    int requestConcurrency,
    int probeConcurrency,
    int batchSize,
    int maxRequests,
    int maxParked,
    int maxParkedByHost,
    int threads,
    Path stateDir,
    Path spoolDir,
    URI plc,
    DirectoryLimits directories,
    AddressGuard addresses,
    Set<String> collections,
    CarLimits car,
    HttpLimits http,
    HostPolicy hosts,
    Backoff backoff,
    String sinkGroup,
    long highWaterMark) {

  public BackfillerOptions {
    collections = Set.copyOf(collections);
    atLeastOne("concurrency", concurrency);
    atLeastOne("requestConcurrency", requestConcurrency);
    atLeastOne("probeConcurrency", probeConcurrency);
    atLeastOne("batchSize", batchSize);
    atLeastOne("maxRequests", maxRequests);
    atLeastOne("maxParked", maxParked);
    atLeastOne("maxParkedByHost", maxParkedByHost);
    atLeastOne("threads", threads);
    atLeastOne("highWaterMark", highWaterMark);
    if (bootstrapServers.isBlank() || applicationId.isBlank()) {
      throw new IllegalArgumentException("bootstrapServers and applicationId must not be empty");
    }
  }

  private static void atLeastOne(String name, long value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + " must be at least 1, is " + value);
    }
  }

  /**
   * The defaults.
   *
   * @param dataDir under which store and spool lie
   */
  public static Builder builder(String bootstrapServers, Path dataDir) {
    return new Builder(bootstrapServers, dataDir);
  }

  /** Not thread-safe. */
  public static final class Builder {
    private final String bootstrapServers;
    private Path stateDir;
    private Path spoolDir;
    private String applicationId = "prod_backfiller";
    private String clientId = "backfiller";
    private String listingTopic = Topic.REPO_BACKFILL.topicName();
    private String eventTopic = Topic.FIREHOSE_BACKFILL.topicName();
    private int concurrency = 10;
    private int requestConcurrency = 4;
    private int probeConcurrency = 64;
    private int batchSize = 50;
    private int maxRequests = 10_000;
    private int maxParked = 10_000;
    private int maxParkedByHost = 1_000;
    private int threads = 2;
    private URI plc = URI.create("https://plc.directory");
    private DirectoryLimits directories = new DirectoryLimits();
    private AddressGuard addresses = AddressGuard.of(false);
    private Set<String> collections = Set.of();
    private CarLimits car = CarLimits.REPO;
    private HttpLimits http = HttpLimits.DEFAULT;
    private HostPolicy hosts = HostPolicy.DEFAULT;
    private Backoff backoff = Backoff.DEFAULT;
    private String sinkGroup = "firehose_group";
    private long highWaterMark = 1_000_000;

    private Builder(String bootstrapServers, Path dataDir) {
      this.bootstrapServers = bootstrapServers;
      this.stateDir = dataDir.resolve("state");
      this.spoolDir = dataDir.resolve("spool");
    }

    public Builder applicationId(String value) {
      applicationId = value;
      return this;
    }

    public Builder clientId(String value) {
      clientId = value;
      return this;
    }

    public Builder listingTopic(String value) {
      listingTopic = value;
      return this;
    }

    public Builder eventTopic(String value) {
      eventTopic = value;
      return this;
    }

    public Builder concurrency(int value) {
      concurrency = value;
      return this;
    }

    public Builder requestConcurrency(int value) {
      requestConcurrency = value;
      return this;
    }

    public Builder probeConcurrency(int value) {
      probeConcurrency = value;
      return this;
    }

    public Builder batchSize(int value) {
      batchSize = value;
      return this;
    }

    public Builder maxRequests(int value) {
      maxRequests = value;
      return this;
    }

    public Builder maxParked(int value) {
      maxParked = value;
      return this;
    }

    public Builder maxParkedByHost(int value) {
      maxParkedByHost = value;
      return this;
    }

    public Builder threads(int value) {
      threads = value;
      return this;
    }

    public Builder stateDir(Path value) {
      stateDir = value;
      return this;
    }

    public Builder spoolDir(Path value) {
      spoolDir = value;
      return this;
    }

    public Builder plc(URI value) {
      plc = value;
      return this;
    }

    public Builder directories(DirectoryLimits value) {
      directories = value;
      return this;
    }

    /** Also plain http and private addresses: local networks only. */
    public Builder allowPrivateHosts(boolean value) {
      return addresses(AddressGuard.of(value));
    }

    public Builder addresses(AddressGuard value) {
      addresses = value;
      return this;
    }

    public Builder collections(Set<String> value) {
      collections = value;
      return this;
    }

    public Builder car(CarLimits value) {
      car = value;
      return this;
    }

    public Builder http(HttpLimits value) {
      http = value;
      return this;
    }

    public Builder hosts(HostPolicy value) {
      hosts = value;
      return this;
    }

    public Builder backoff(Backoff value) {
      backoff = value;
      return this;
    }

    public Builder sinkGroup(String value) {
      sinkGroup = value;
      return this;
    }

    public Builder highWaterMark(long value) {
      highWaterMark = value;
      return this;
    }

    public BackfillerOptions build() {
      return new BackfillerOptions(
          bootstrapServers,
          applicationId,
          clientId,
          listingTopic,
          eventTopic,
          concurrency,
          requestConcurrency,
          probeConcurrency,
          batchSize,
          maxRequests,
          maxParked,
          maxParkedByHost,
          threads,
          stateDir,
          spoolDir,
          plc,
          directories,
          addresses,
          collections,
          car,
          http,
          hosts,
          backoff,
          sinkGroup,
          highWaterMark);
    }
  }
}
