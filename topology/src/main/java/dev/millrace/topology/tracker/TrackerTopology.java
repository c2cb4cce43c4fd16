package dev.millrace.topology.tracker;

import dev.millrace.schema.topic.Topic;
import dev.millrace.topology.streams.MirroredIdentities;
import dev.millrace.topology.tracker.identity.IdentityCause;
import dev.millrace.topology.tracker.identity.PendingIdentityStore;
import dev.millrace.topology.tracker.repo.TrackedRepoSerde;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.AutoOffsetReset;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.state.Stores;

/**
 * The whole application.
 *
 * <pre>
 * firehose_live ─────→ live ─────┐                               ┌→ requests → repo_requests
 *                                ├→ track-repos ⇄ tracked-repos ─┤
 * firehose_backfill ─→ backfill ─┘                               └→ resolve-identities → identities → identities
 *                                                                     ⇅ pending-identities
 *                                                                     ⇅ DID documents, handles, off the thread
 * plc_identities ─→ {@link MirroredIdentities} ──────────────────────────↑
 * </pre>
 *
 * One task a partition number: everything about a repo comes to the same one. {@code track-repos}
 * only looks at what it reads; what takes the network's time is in the pending store at once, so
 * that the offset can be committed.
 */
final class TrackerTopology {
  static final String LIVE = "live";
  static final String BACKFILL = "backfill";
  static final String TRACK_REPOS = "track-repos";
  static final String TRACKED_REPOS = "tracked-repos";
  static final String REQUESTS = "requests";
  static final String RESOLVE_IDENTITIES = "resolve-identities";
  static final String PENDING_IDENTITIES = "pending-identities";
  static final String IDENTITIES = "identities";

  private TrackerTopology() {}

  static Topology build(
      String backfillTopic,
      ProcessorSupplier<byte[], byte[], byte[], Object> trackRepos,
      ProcessorSupplier<byte[], IdentityCause, byte[], byte[]> resolveIdentities) {
    ByteArrayDeserializer in = new ByteArrayDeserializer();
    ByteArraySerializer out = new ByteArraySerializer();
    Topology topology = new Topology();
    topology.addSource(AutoOffsetReset.none(), LIVE, in, in, Topic.FIREHOSE_LIVE.topicName());
    topology.addSource(AutoOffsetReset.none(), BACKFILL, in, in, backfillTopic);
    topology.addProcessor(TRACK_REPOS, trackRepos, LIVE, BACKFILL);
    topology.addStateStore(
        Stores.keyValueStoreBuilder(
            Stores.persistentKeyValueStore(TRACKED_REPOS),
            Serdes.ByteArray(),
            TrackedRepoSerde.serde()),
        TRACK_REPOS);
    topology.addSink(REQUESTS, Topic.REPO_REQUESTS.topicName(), out, out, TRACK_REPOS);
    topology.addProcessor(RESOLVE_IDENTITIES, resolveIdentities, TRACK_REPOS);
    topology.addStateStore(PendingIdentityStore.named(PENDING_IDENTITIES), RESOLVE_IDENTITIES);
    MirroredIdentities.addTo(topology, RESOLVE_IDENTITIES);
    topology.addSink(IDENTITIES, Topic.IDENTITIES.topicName(), out, out, RESOLVE_IDENTITIES);
    return topology;
  }
}
