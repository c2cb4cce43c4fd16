package dev.millrace.connectors.ingest;

import dev.millrace.atproto.syntax.Did;
import dev.millrace.atproto.syntax.Nsid;
import dev.millrace.schema.event.Scope;
import java.util.Set;

/**
 * What an operator wants of the network.
 *
 * @param dids only these repos; empty for all
 * @param collections only records of these; empty for all. A repo's commits, identity and account
 *     are wanted all the same
 */
public record IngestScope(Set<String> dids, Set<String> collections) {
  public static final IngestScope EVERYTHING = new IngestScope(Set.of(), Set.of());

  public IngestScope {
    dids = Set.copyOf(dids);
    collections = Set.copyOf(collections);
    for (String did : dids) {
      if (!Did.isValid(did)) {
        throw new IllegalArgumentException("'" + did + "' is not a DID");
      }
    }
    for (String collection : collections) {
      if (!Nsid.isValid(collection)) {
        throw new IllegalArgumentException(
            "'" + collection + "' is not a collection: want an NSID such as app.bsky.feed.post");
      }
    }
  }

  public boolean hasRepo(String did) {
    return dids.isEmpty() || dids.contains(did);
  }

  /** What a request for one of its repos wants. */
  public Scope ofRequests() {
    return collections.isEmpty()
        ? Scope.FULL
        : Scope.ofCollections(collections.stream().sorted().toList());
  }

  public boolean hasCollection(String collection) {
    return collections.isEmpty() || collections.contains(collection);
  }
}
