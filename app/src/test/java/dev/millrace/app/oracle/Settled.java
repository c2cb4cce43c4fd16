package dev.millrace.app.oracle;

import dev.millrace.app.run.Lags;
import dev.millrace.connectors.kafka.CursorStore;
import dev.millrace.connectors.sink.SinkOptions;
import dev.millrace.schema.event.CursorKey;
import dev.millrace.schema.event.CursorValue;
import dev.millrace.schema.topic.Topic;
import dev.millrace.simulator.Simulator;
import java.net.URI;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * Whether everything that the network said has gone through every part: looked at in the order of
 * the flow, twice, since a part behind may ask one before it. Owned by one thread.
 */
final class Settled {
  private static final List<String> INDEXED =
      SinkOptions.ALL_STREAMS.stream().map(Topic::topicName).toList();
  private static final List<String> FETCHED =
      List.of(Topic.REPO_BACKFILL.topicName(), Topic.REPO_REQUESTS.topicName());
  private static final List<String> TRACKED =
      List.of(Topic.FIREHOSE_LIVE.topicName(), Topic.FIREHOSE_BACKFILL.topicName());

  private final Simulator network;
  private final Rig rig;
  private final CursorStore cursors;
  private final Lags lags;
  private final DerivedRows derived;
  private boolean wasSettled;
  private List<String> open = List.of("not looked at");

  Settled(Simulator network, Rig rig, Lags lags) {
    this.network = network;
    this.rig = rig;
    this.cursors = new CursorStore(rig.kafka());
    this.lags = lags;
    this.derived = new DerivedRows(network, rig);
  }

  boolean look() {
    open = openNow();
    boolean isSettled = open.isEmpty();
    boolean isSettledTwice = isSettled && wasSettled;
    wasSettled = isSettled;
    return isSettledTwice;
  }

  /** What the last look found, for people. */
  List<String> open() {
    return open;
  }

  private List<String> openNow() {
    List<String> found = new ArrayList<>();
    Map<CursorKey, CursorValue> committed = cursors.list();
    network.relays().forEach(host -> read(CursorKey.Stream.FIREHOSE, host, committed, found));
    network.labelers().forEach(host -> read(CursorKey.Stream.LABELS, host, committed, found));
    CursorValue listed =
        committed.get(new CursorKey(CursorKey.Stream.REPOS, Rig.name(network.relays().getFirst())));
    if (listed == null || !listed.done()) {
      found.add("not listed to the end");
    }
    if (found.isEmpty()) {
      lag(Rig.TRACKER_GROUP, TRACKED, found);
      lag(Rig.BACKFILLER_GROUP, FETCHED, found);
      String inHand = rig.inHand();
      if (inHand != null) {
        found.add(inHand);
      }
      lag(Rig.INDEXER_GROUP, INDEXED, found);
      found.addAll(derived.open());
    }
    return found;
  }

  private void read(
      CursorKey.Stream stream,
      URI host,
      Map<CursorKey, CursorValue> committed,
      List<String> found) {
    CursorKey key = new CursorKey(stream, Rig.name(host));
    CursorValue cursor = committed.get(key);
    long reached = cursor == null || cursor.cursor() == null ? 0 : Long.parseLong(cursor.cursor());
    if (reached != network.lastSeq(host)) { // beyond it is a cursor that was set
      found.add("%s at %d of %d".formatted(key, reached, network.lastSeq(host)));
    }
  }

  private void lag(String group, Collection<String> topics, List<String> found) {
    lags.of(group, topics)
        .forEach(
            (topic, lag) -> {
              if (lag > 0) {
                found.add("%s has %d left in %s".formatted(group, lag, topic));
              }
            });
  }
}
