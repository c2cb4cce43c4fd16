package dev.millrace.topology.backfiller;

import dev.millrace.schema.event.EventCodec;
import dev.millrace.schema.topic.Topic;
import dev.millrace.topology.backfiller.pending.PendingRepoSerde;
import dev.millrace.topology.backfiller.pending.PendingStore;
import dev.millrace.topology.backfiller.pending.Wish;
import dev.millrace.topology.streams.MirroredIdentities;
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
 * repo_backfill → listings → read-listings ─┐                                  ┌→ events → firehose_backfill
 *                                           ├→ fetch-repos ⇄ pending-repos ────┤
 * repo_requests → requests → read-requests ─┘      ⇅ getRepo, off the thread   └→ set-aside → dead_letters
 *                               └────────────────(what cannot be read)─────────────↑
 * plc_identities → {@link MirroredIdentities} ──────┘
 * </pre>
 *
 * One task a partition number. {@code fetch-repos} writes what is wanted to the store, so that the
 * offset can be committed, and works it off by a punctuator; the listing's partition is held while
 * enough is in hand ({@code admission}). Everything a repo gives goes to its own partition number.
 */
final class BackfillTopology {
  static final String LISTINGS = "listings";
  static final String REQUESTS = "requests";
  static final String READ_LISTINGS = "read-listings";
  static final String READ_REQUESTS = "read-requests";
  static final String FETCH_REPOS = "fetch-repos";
  static final String EVENTS = "events";
  static final String SET_ASIDE = "set-aside";

  private BackfillTopology() {}

  static Topology build(
      String listingTopic,
      String eventTopic,
      BackfillerMetrics metrics,
      ProcessorSupplier<byte[], Wish, byte[], byte[]> fetchRepos) {
    ByteArrayDeserializer in = new ByteArrayDeserializer();
    ByteArraySerializer out = new ByteArraySerializer();
    Topology topology = new Topology();
    topology.addSource(AutoOffsetReset.none(), LISTINGS, in, in, listingTopic);
    // Between buffered records of a task the oldest goes first: requests always.
    topology.addSource(
        AutoOffsetReset.none(),
        REQUESTS,
        (record, partitionTime) -> 0L,
        in,
        in,
        Topic.REPO_REQUESTS.topicName());
    topology.addProcessor(
        READ_LISTINGS,
        () -> new ReadProcessor(bytes -> Wish.of(EventCodec.decodeListing(bytes)), metrics),
        LISTINGS);
    topology.addProcessor(
        READ_REQUESTS,
        () -> new ReadProcessor(bytes -> Wish.of(EventCodec.decodeRequest(bytes)), metrics),
        REQUESTS);
    topology.addProcessor(FETCH_REPOS, fetchRepos, READ_LISTINGS, READ_REQUESTS);
    topology.addStateStore(
        Stores.keyValueStoreBuilder(
            Stores.persistentKeyValueStore(PendingStore.NAME),
            Serdes.String(),
            PendingRepoSerde.serde()),
        FETCH_REPOS);
    MirroredIdentities.addTo(topology, FETCH_REPOS);
    topology.addSink(EVENTS, eventTopic, out, out, FETCH_REPOS);
    topology.addSink(
        SET_ASIDE,
        Topic.DEAD_LETTERS.topicName(),
        out,
        out,
        READ_LISTINGS,
        READ_REQUESTS,
        FETCH_REPOS);
    return topology;
  }
}
