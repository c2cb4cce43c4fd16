package dev.millrace.topology.tracker.identity;

import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/** The store that {@link ResolveProcessor} works on: DID → what it waits for. */
public final class PendingIdentityStore {
  private PendingIdentityStore() {}

  public static StoreBuilder<?> named(String name) {
    return Stores.keyValueStoreBuilder(
        Stores.persistentKeyValueStore(name), Serdes.String(), PendingIdentity.serde());
  }
}
