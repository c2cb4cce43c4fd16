package dev.millrace.topology.streams;

import dev.millrace.atproto.BadDataException;
import dev.millrace.schema.event.EventCodec;
import dev.millrace.schema.event.PlcIdentity;
import dev.millrace.schema.topic.Topic;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.jspecify.annotations.Nullable;

/**
 * The join with {@code plc_identities} by DID: a store of each partition number that holds what the
 * mirror says of its DIDs. The topic itself is the store's changelog, so nothing is written twice.
 * A help against lookups and no more: where it knows nothing, or is behind, the directory is asked.
 *
 * <pre>
 * plc_identities → mirrored → keep-mirrored ⇄ mirrored-identities ← whoever asks
 * </pre>
 *
 * <p>Of a task's records the mirror's come last: what is live, listed or asked for never waits for
 * them. Only a store that is gone from the disk is filled again before its task begins, as the
 * other stores are.
 *
 * <p>An object belongs to one life of one task, and its stream thread.
 */
public final class MirroredIdentities {
  public static final String STORE = "mirrored-identities";
  private static final String SOURCE = "mirrored";
  private static final String KEEP = "keep-mirrored";

  /** Of the records that wait in a task the one with the least time goes first. */
  private static final long LAST = Long.MAX_VALUE;

  private final KeyValueStore<byte[], byte[]> store;

  private MirroredIdentities(KeyValueStore<byte[], byte[]> store) {
    this.store = store;
  }

  /** Adds source and store, which these processors may read. */
  public static void addTo(Topology topology, String... readers) {
    ByteArrayDeserializer in = new ByteArrayDeserializer();
    topology.addReadOnlyStateStore(
        Stores.keyValueStoreBuilder(
                Stores.persistentKeyValueStore(STORE), Serdes.ByteArray(), Serdes.ByteArray())
            .withLoggingDisabled(),
        SOURCE,
        (record, partitionTime) -> LAST,
        in,
        in,
        Topic.PLC_IDENTITIES.topicName(),
        KEEP,
        Keep::new);
    for (String reader : readers) {
      topology.connectProcessorAndStateStores(reader, STORE);
    }
  }

  /** Of a reader's task. */
  public static MirroredIdentities of(ProcessorContext<?, ?> context) {
    return new MirroredIdentities(context.getStateStore(STORE));
  }

  /**
   * What is mirrored of a DID; null if nothing.
   *
   * @throws IllegalStateException if the topic holds what is no such identity
   */
  public @Nullable PlcIdentity get(String did) {
    byte @Nullable [] value = store.get(Topic.key(did));
    if (value == null) {
      return null;
    }
    try {
      return EventCodec.decodePlcIdentity(value);
    } catch (BadDataException e) {
      throw new IllegalStateException(
          "topic %s holds what is no identity under %s"
              .formatted(Topic.PLC_IDENTITIES.topicName(), did),
          e);
    }
  }

  /** Keeps every record as it is. */
  private static final class Keep implements Processor<byte[], byte[], Void, Void> {
    private @Nullable KeyValueStore<byte[], byte[]> store;

    @Override
    public void init(ProcessorContext<Void, Void> context) {
      store = context.getStateStore(STORE);
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
      if (store == null) {
        throw new IllegalStateException("process before init");
      }
      store.put(record.key(), record.value());
    }
  }
}
