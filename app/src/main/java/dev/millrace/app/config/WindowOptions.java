package dev.millrace.app.config;

import dev.millrace.connectors.ingest.ServiceHost;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;

/** Which window of relays' firehoses is read again, and how fast. */
public final class WindowOptions {
  /** What operators of the old tool put behind the relay. */
  private static final String SUBSCRIBE = "/xrpc/com.atproto.sync.subscribeRepos";

  @Env("BACKFILL_DAYS")
  @Limits(min = -1, max = 36_500)
  @Option(
      names = "--days",
      paramLabel = "N",
      description = {
        "How many days of the relay's past are read, by the events' own time: 0 is off, -1 all that",
        "the relay still has. Default: off."
      })
  private @Nullable Integer days;

  @Env("BACKFILL_START_CURSOR")
  @Limits(min = 0, max = Long.MAX_VALUE)
  @Option(
      names = "--start-cursor",
      paramLabel = "SEQ",
      description = "Read what is after this cursor, in place of days; 0 is the relay's oldest.")
  private @Nullable Long startCursor;

  @Env("BACKFILL_END_CURSOR")
  @Limits(min = 1, max = Long.MAX_VALUE)
  @Option(
      names = "--end-cursor",
      paramLabel = "SEQ",
      description = {
        "Read up to this cursor. Default: where live ingestion of the relay began; without any, the",
        "relay's newest event."
      })
  private @Nullable Long endCursor;

  @Env("BACKFILL_RESUME")
  @Option(
      names = "--resume",
      description = {
        "Only go on with the window that is unfinished. The same --days do so, too, and begin one",
        "where none is."
      })
  private boolean resume;

  @Env("RELAY_URL")
  @Option(
      names = "--relay-url",
      split = ",",
      paramLabel = "URL",
      converter = RelayConverter.class,
      defaultValue = "wss://bsky.network",
      description = {
        "The relays, one after another (several, or separated by commas); the path of",
        "subscribeRepos may be there. Default: ${DEFAULT-VALUE}."
      })
  private List<ServiceHost> relays;

  @Env("BACKFILL_PROFILE")
  @Option(
      names = "--profile",
      paramLabel = "PROFILE",
      description = {
        "conservative (5 events in 2,000 ms, 2 workers, 512 MB), moderate (20 in 500, 5, 1024) or",
        "aggressive (100 in 100, 10, 2048); each yields to live ingestion. What is given beside it",
        "counts. Default: conservative where the days are given by the environment, else none."
      })
  private @Nullable BackfillProfile profile;

  @Env("BACKFILL_MAX_CONCURRENT")
  @Limits(min = 1, max = 64)
  @Option(
      names = "--workers",
      paramLabel = "N",
      description =
          "Stretches of the window that are read at a time. Default: 4, or the profile's.")
  private @Nullable Integer workers;

  @Env("BACKFILL_BATCH_SIZE")
  @Limits(min = 1, max = 1_000)
  @Option(
      names = "--batch-size",
      paramLabel = "N",
      description = {
        "Events that are read before the delay, over all workers; a worker writes at most so many in",
        "one Kafka transaction. Default: 100, or the profile's."
      })
  private @Nullable Integer batchSize;

  @Env("BACKFILL_BATCH_DELAY_MS")
  @Limits(min = 0, max = 3_600_000)
  @Option(
      names = "--batch-delay-ms",
      paramLabel = "MS",
      description = {
        "How long after so many events no more are read: the pace is the batch and the delay",
        "together. Default: 0, or the profile's."
      })
  private @Nullable Integer batchDelayMs;

  @Env("BACKFILL_MAX_RATE")
  @Limits(min = 1, max = 1_000_000)
  @Option(
      names = "--max-rate",
      paramLabel = "N",
      description = "The most events a second, over all workers. Default: any number.")
  private @Nullable Integer maxRate;

  @Env("BACKFILL_MAX_MEMORY_MB")
  @Limits(min = 64, max = 1_048_576)
  @Option(
      names = "--max-memory-mb",
      paramLabel = "MB",
      description = {
        "Nothing is read while the process uses more heap than this. Default: no limit, or the",
        "profile's."
      })
  private @Nullable Integer maxMemoryMb;

  @Env("BACKFILL_USE_IDLE")
  @Option(
      names = "--use-idle",
      arity = "1",
      paramLabel = "true|false",
      description = {
        "Nothing is read while the indexer is behind with live events by more than --idle-lag.",
        "Default: false, or the profile's."
      })
  private @Nullable Boolean useIdle;

  @Env("BACKFILL_IDLE_LAG")
  @Limits(min = 0, max = 1_000_000_000_000L)
  @Option(
      names = "--idle-lag",
      paramLabel = "N",
      defaultValue = "1000",
      description = "Live events that may be before the indexer. Default: ${DEFAULT-VALUE}.")
  private long idleLag;

  @Env("BACKFILLER_OUTPUT_HIGH_WATER_MARK")
  @Limits(min = 1, max = 1_000_000_000_000L)
  @Option(
      names = "--backfiller-high-water-mark",
      paramLabel = "N",
      defaultValue = "1000000",
      description = {
        "Nothing is read while the indexer has more events than this left in firehose_backfill; it",
        "goes on below four fifths of it. Default: ${DEFAULT-VALUE}."
      })
  private long highWaterMark;

  @Env("BACKFILL_SERVICE")
  @Option(
      names = "--service",
      paramLabel = "NAME",
      converter = NonBlank.class,
      defaultValue = "backfill",
      description = {
        "The name of the progress in table firehose_cursor, and of the lock: one run a name at a",
        "time. Default: ${DEFAULT-VALUE}."
      })
  private String service;

  @Env("WORKER_ID")
  @Limits(min = 0, max = 1_000_000)
  @Option(
      names = "--worker-id",
      paramLabel = "N",
      defaultValue = "0",
      description = "Only the primary worker, 0, runs a backfill. Default: ${DEFAULT-VALUE}.")
  private int workerId;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  /** Null for none; 0 is off. A cursor that is typed goes before days of the environment. */
  public @Nullable Integer days() {
    if (startCursor == null) {
      return days;
    }
    ParseResult given = spec.commandLine().getParseResult();
    boolean isDaysTyped = given.hasMatchedOption("--days");
    if (isDaysTyped && given.hasMatchedOption("--start-cursor")) {
      throw new ParameterException(
          spec.commandLine(), "--days and --start-cursor are two beginnings: give one of them");
    }
    return isDaysTyped ? days : null;
  }

  public @Nullable Long startCursor() {
    return days() == null ? startCursor : null;
  }

  public @Nullable Long endCursor() {
    return endCursor;
  }

  public boolean resumes() {
    return resume;
  }

  /** Whether there is nothing to do. */
  public boolean isOff() {
    Integer asked = days();
    return asked == null ? startCursor() == null && !resume : asked == 0;
  }

  public boolean isPrimary() {
    return workerId == 0;
  }

  public int workerId() {
    return workerId;
  }

  public List<ServiceHost> relays() {
    return relays.stream().distinct().toList();
  }

  public String service() {
    return service;
  }

  public long idleLag() {
    return idleLag;
  }

  public long highWaterMark() {
    return highWaterMark;
  }

  /** As a service, by the environment, it takes little unless it is told otherwise. */
  public BackfillThrottle throttle() {
    BackfillThrottle base =
        profile != null
            ? profile.throttle()
            : isService() ? BackfillProfile.CONSERVATIVE.throttle() : BackfillThrottle.AT_ONCE;
    return new BackfillThrottle(
        Objects.requireNonNullElse(batchSize, base.batchSize()),
        Objects.requireNonNullElse(batchDelayMs, base.batchDelayMs()),
        Objects.requireNonNullElse(workers, base.workers()),
        Objects.requireNonNullElse(maxMemoryMb, base.maxMemoryMb()),
        Objects.requireNonNullElse(useIdle, base.isIdle()),
        Objects.requireNonNullElse(maxRate, base.maxRate()));
  }

  /** Whether it is the environment alone that wants it, as whenever a container starts. */
  public boolean isService() {
    ParseResult given = spec.commandLine().getParseResult();
    return days != null
        && !given.hasMatchedOption("--days")
        && !given.hasMatchedOption("--start-cursor")
        && !given.hasMatchedOption("--resume");
  }

  static final class RelayConverter implements ITypeConverter<ServiceHost> {
    private final RelayOptions.HostConverter host = new RelayOptions.HostConverter();

    @Override
    public ServiceHost convert(String value) {
      String given = value.strip();
      return host.convert(
          given.endsWith(SUBSCRIBE)
              ? given.substring(0, given.length() - SUBSCRIBE.length())
              : given);
    }
  }
}
