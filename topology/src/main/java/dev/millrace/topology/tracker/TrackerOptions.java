package dev.millrace.topology.tracker;

import dev.millrace.atproto.identity.DirectoryLimits;
import dev.millrace.atproto.xrpc.HttpLimits;
import dev.millrace.schema.topic.Topic;
import dev.millrace.topology.streams.StreamsSettings;
import dev.millrace.topology.tracker.identity.RetryPolicy;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Everything that can be set, immutable. {@link #of} has the defaults.
 *
 * @param streams where it runs and keeps its stores
 * @param backfillTopic the backfiller's output
 * @param collections NSIDs that are collected; empty is all. Requests ask for no more
 * @param plc the directory of did:plc
 * @param handleResolver a service that is asked for handles instead of DNS and their hosts
 * @param allowPrivateHosts also plain http and private addresses: local networks only
 * @param directories what directories bear, shared with all in this process who ask them
 * @param lookups identities that are looked up at a time by this process
 */
public record TrackerOptions(
    StreamsSettings streams,
    String backfillTopic,
    Set<String> collections,
    URI plc,
    @Nullable URI handleResolver,
    boolean allowPrivateHosts,
    DirectoryLimits directories,
    int lookups,
    HttpLimits http,
    RetryPolicy retry) {
  public static final String DEFAULT_GROUP = "prod_tracker";
  public static final int DEFAULT_LOOKUPS = 32;

  /** They only read and compare, so few do. */
  private static final int THREADS = 2;

  /** A handle's host may be anybody's: it is not waited for long. */
  private static final HttpLimits IMPATIENT =
      new HttpLimits(
          Duration.ofSeconds(5),
          Duration.ofSeconds(10),
          Duration.ofSeconds(20),
          Duration.ofSeconds(20),
          1 << 20,
          3);

  public TrackerOptions {
    collections = Set.copyOf(collections);
    if (lookups < 1) {
      throw new IllegalArgumentException("lookups must be at least 1, is " + lookups);
    }
  }

  /**
   * The defaults.
   *
   * @param stateDir under which the stores lie
   */
  public static TrackerOptions of(String bootstrapServers, Path stateDir, URI plc) {
    return new TrackerOptions(
        new StreamsSettings(bootstrapServers, DEFAULT_GROUP, "tracker", stateDir, THREADS),
        Topic.FIREHOSE_BACKFILL.topicName(),
        Set.of(),
        plc,
        null,
        false,
        new DirectoryLimits(),
        DEFAULT_LOOKUPS,
        IMPATIENT,
        RetryPolicy.DEFAULT);
  }

  /** Under another group and name. */
  public TrackerOptions named(String group, String clientId) {
    StreamsSettings renamed =
        new StreamsSettings(
            streams.bootstrapServers(), group, clientId, streams.stateDir(), streams.threads());
    return new TrackerOptions(
        renamed,
        backfillTopic,
        collections,
        plc,
        handleResolver,
        allowPrivateHosts,
        directories,
        lookups,
        http,
        retry);
  }

  public TrackerOptions backfillTopic(String topic) {
    return new TrackerOptions(
        streams,
        topic,
        collections,
        plc,
        handleResolver,
        allowPrivateHosts,
        directories,
        lookups,
        http,
        retry);
  }

  public TrackerOptions collections(Set<String> nsids) {
    return new TrackerOptions(
        streams,
        backfillTopic,
        nsids,
        plc,
        handleResolver,
        allowPrivateHosts,
        directories,
        lookups,
        http,
        retry);
  }

  /** How identities are looked up. */
  public TrackerOptions identities(
      @Nullable URI resolver, boolean anyHost, int atOnce, RetryPolicy policy) {
    return new TrackerOptions(
        streams,
        backfillTopic,
        collections,
        plc,
        resolver,
        anyHost,
        directories,
        atOnce,
        http,
        policy);
  }

  /** Within limits that others share. */
  public TrackerOptions directories(DirectoryLimits limits) {
    return new TrackerOptions(
        streams,
        backfillTopic,
        collections,
        plc,
        handleResolver,
        allowPrivateHosts,
        limits,
        lookups,
        http,
        retry);
  }
}
