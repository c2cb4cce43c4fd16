package dev.millrace.connectors.sink.collection;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What a batch changes of the own rows, by collection; filled by the rules, written once. */
public final class OwnChanges {
  /** A record whose rows are to be written. */
  record Fresh(NewRecord record, String indexedAt) {}

  /** A record that keeps its rows but for their indexedAt. */
  record Retimed(String uri, String indexedAt) {}

  /** Of one collection. A URI that was rewritten is both gone and fresh. */
  static final class OfCollection {
    final List<String> gone = new ArrayList<>();
    final List<Fresh> fresh = new ArrayList<>();
    final List<Retimed> retimed = new ArrayList<>();
  }

  private final Map<String, OfCollection> byCollection = new HashMap<>();

  /** Its rows go, if it has any. */
  public void remove(String collection, String uri) {
    of(collection).gone.add(uri);
  }

  public void write(NewRecord record, String indexedAt) {
    of(record.collection()).fresh.add(new Fresh(record, indexedAt));
  }

  public void retime(String collection, String uri, String indexedAt) {
    of(collection).retimed.add(new Retimed(uri, indexedAt));
  }

  private OfCollection of(String collection) {
    return byCollection.computeIfAbsent(collection, nsid -> new OfCollection());
  }

  Map<String, OfCollection> byCollection() {
    return byCollection;
  }
}
