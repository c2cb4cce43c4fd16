package dev.millrace.connectors.repolist;

import dev.millrace.connectors.ingest.IngestMetrics;
import dev.millrace.connectors.ingest.ServiceHost;
import dev.millrace.schema.event.CursorKey;
import java.time.Clock;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How a relay's repos are listed.
 *
 * @param relay whom to ask
 * @param collection an NSID: only repos that have a record of it, by {@code listReposByCollection};
 *     null for all, by {@code listRepos}
 * @param highWaterMark listing pauses while the backfiller has this many repos before it, and goes
 *     on at four fifths of it
 * @param backfillerGroup the consumer group whose committed offsets say what is before it
 * @param measureEvery how often that is looked at
 * @param held a repo that is held at its listed rev is left out; null lists all
 */
public record RepoListOptions(
    ServiceHost relay,
    ListingRules rules,
    @Nullable String collection,
    long highWaterMark,
    String backfillerGroup,
    Duration measureEvery,
    @Nullable HeldRepos held) {

  public RepoListOptions {
    if (highWaterMark < 1) {
      throw new IllegalArgumentException(
          "high-water mark is " + highWaterMark + ", must be at least 1");
    }
    if (backfillerGroup.isBlank()) {
      throw new IllegalArgumentException("the backfiller's group has no name");
    }
    if (measureEvery.isNegative() || measureEvery.isZero()) {
      throw new IllegalArgumentException("measuring interval is " + measureEvery);
    }
  }

  /** The defaults of the old system. */
  public static RepoListOptions of(ServiceHost relay) {
    return new RepoListOptions(
        relay,
        ListingRules.DEFAULT,
        null,
        1_000_000,
        "prod_backfiller",
        Duration.ofSeconds(1),
        null);
  }

  public RepoListOptions lookAgain(Duration interval) {
    return rules(new ListingRules(rules.pageSize(), interval, rules.waits()));
  }

  public RepoListOptions pageSize(int size) {
    return rules(new ListingRules(size, rules.lookAgain(), rules.waits()));
  }

  public RepoListOptions waits(ListingWaits waits) {
    return rules(new ListingRules(rules.pageSize(), rules.lookAgain(), waits));
  }

  public RepoListOptions collection(String nsid) {
    return new RepoListOptions(
        relay, rules, nsid, highWaterMark, backfillerGroup, measureEvery, held);
  }

  /** The stream: {@code repos:<relay>}, of a collection {@code repos:<relay>/<collection>}. */
  public CursorKey stream() {
    return new CursorKey(
        CursorKey.Stream.REPOS,
        collection == null ? relay.name() : relay.name() + "/" + collection);
  }

  private RepoListOptions rules(ListingRules newRules) {
    return new RepoListOptions(
        relay, newRules, collection, highWaterMark, backfillerGroup, measureEvery, held);
  }

  public RepoListOptions highWater(long mark, String group, Duration interval) {
    return new RepoListOptions(relay, rules, collection, mark, group, interval, held);
  }

  /** Leaves out what is held; null leaves nothing out. */
  public RepoListOptions unless(@Nullable HeldRepos isHeld) {
    return new RepoListOptions(
        relay, rules, collection, highWaterMark, backfillerGroup, measureEvery, isHeld);
  }

  PageRecords records(IngestMetrics metrics, Clock clock) {
    return held == null
        ? ListingWriter::toBackfill
        : new NotHeld(held, rules.waits(), metrics, clock);
  }
}
