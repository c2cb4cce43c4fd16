package dev.millrace.app.config;

import dev.millrace.atproto.syntax.Nsid;
import dev.millrace.connectors.repolist.HostListOptions;
import dev.millrace.connectors.repolist.ListingRules;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The listing of repos. */
public final class ListingOptions {
  @Env("INGESTER_HIGH_WATER_MARK")
  @Limits(min = 1, max = 1_000_000_000_000L)
  @Option(
      names = "--high-water-mark",
      paramLabel = "N",
      defaultValue = "1000000",
      description = {
        "Listing waits while more repos than this are listed and not fetched; it goes on below",
        "four fifths of it. Live events never wait. Default: ${DEFAULT-VALUE}."
      })
  private long highWaterMark;

  public long highWaterMark() {
    return highWaterMark;
  }

  @Env("INGESTER_LISTING_SOURCE")
  @Option(
      names = "--listing-source",
      paramLabel = "SOURCE",
      defaultValue = "relays",
      description = {
        "Where the list of repos comes from: relays (listRepos of each), hosts (listRepos of every",
        "host that a relay knows, for a relay lists fewer than half of the accounts), or collection",
        "(those who have a record of a --listing-collection). Default: ${DEFAULT-VALUE}."
      })
  private ListingSource source;

  @Env("INGESTER_LISTING_COLLECTIONS")
  @Option(
      names = "--listing-collection",
      split = ",",
      paramLabel = "NSID",
      converter = CollectionOptions.CollectionConverter.class,
      description = {
        "With --listing-source collection: whose repos to list (several, or separated by commas),",
        "by the relays' listReposByCollection."
      })
  private List<Nsid> collections = List.of();

  @Env("INGESTER_LISTING_AGAIN_S")
  @Limits(min = 1, max = 31_536_000)
  @Option(
      names = "--listing-again",
      paramLabel = "SECONDS",
      defaultValue = "300",
      description = {
        "After the end of a list, look for what came since so often, from the last cursor.",
        "Default: ${DEFAULT-VALUE}."
      })
  private long lookAgainSeconds;

  @Env("INGESTER_LISTING_CONCURRENCY")
  @Limits(min = 1, max = HostListOptions.MOST_CONCURRENCY)
  @Option(
      names = "--listing-concurrency",
      paramLabel = "N",
      defaultValue = "32",
      description = {
        "With --listing-source hosts: how many hosts are asked at the same time, each by one call.",
        "Default: ${DEFAULT-VALUE}."
      })
  private int concurrency;

  @Env("INGESTER_LISTING_HELD")
  @Option(
      names = "--listing-held",
      description = {
        "List repos too that Postgres holds whole at the listed rev. Without it they are left out,",
        "where a database is known (run; ingest with --database-url), but not with --collections."
      })
  private boolean listsHeld;

  @Spec(Spec.Target.MIXEE)
  private @Nullable CommandSpec spec;

  /** Of a network on this machine. */
  public static ListingOptions ofRelays(long highWaterMark) {
    ListingOptions options = new ListingOptions();
    options.highWaterMark = highWaterMark;
    options.source = ListingSource.RELAYS;
    options.lookAgainSeconds = ListingRules.DEFAULT.lookAgain().toSeconds();
    options.concurrency = 1;
    return options;
  }

  /** The source that was chosen; it and the collections must not contradict each other. */
  public ListingSource source() {
    if (source == ListingSource.COLLECTION && collections.isEmpty()) {
      throw wrong(
          "--listing-source (INGESTER_LISTING_SOURCE) collection needs a --listing-collection");
    }
    if (source != ListingSource.COLLECTION && !collections.isEmpty()) {
      throw wrong(
          "--listing-collection (INGESTER_LISTING_COLLECTIONS) is for --listing-source collection,"
              + " not "
              + source.word());
    }
    return source;
  }

  private ParameterException wrong(String what) {
    return new ParameterException(Objects.requireNonNull(spec).commandLine(), what);
  }

  /** Without repetition; empty unless they are the source. */
  public List<String> collections() {
    return collections.stream().map(Nsid::value).distinct().toList();
  }

  public Duration lookAgain() {
    return Duration.ofSeconds(lookAgainSeconds);
  }

  /** Whether what the database holds is listed all the same. */
  public boolean listsHeld() {
    return listsHeld;
  }

  public int concurrency() {
    return concurrency;
  }
}
