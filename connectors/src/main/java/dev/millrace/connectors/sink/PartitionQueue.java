package dev.millrace.connectors.sink;

import dev.millrace.schema.topic.Topic;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;

/**
 * What was read of one partition number and is not yet in the database. Owned by one worker's
 * thread.
 */
final class PartitionQueue {
  /** A batch also ends here, so that its rows fit in memory whatever the records' size. */
  private static final int MAX_BATCH_BYTES = 8 * 1024 * 1024;

  /** The part of a batch that backfill has even while live events would fill it. */
  private static final int BACKFILL_SHARE = 4;

  private final int partition;

  /** In the order in which a batch takes them: live, labels, backfill. */
  private final Map<Topic, Deque<Incoming>> events = new LinkedHashMap<>();

  private final Map<Topic, Long> stored = new EnumMap<>(Topic.class);
  private final Map<Topic, Long> readFrom = new EnumMap<>(Topic.class);
  private boolean isSeated;
  private long bytes;
  private int size;
  private long oldestNanos;
  private int limit;

  PartitionQueue(int partition, List<Topic> topics, int batchSize) {
    this.partition = partition;
    this.limit = batchSize;
    topics.forEach(topic -> events.put(topic, new ArrayDeque<>()));
  }

  int partition() {
    return partition;
  }

  /**
   * Starts over from the positions that the database holds.
   *
   * @param starts where each topic is read from: its position, or the log's start
   */
  void seat(Map<Topic, Long> positions, Map<Topic, Long> starts) {
    clear();
    stored.clear();
    stored.putAll(positions);
    readFrom.clear();
    readFrom.putAll(starts);
    isSeated = true;
  }

  /** Whether more was read of a topic than the database knows, events or not. */
  boolean isBehind(Topic topic, long fetched) {
    return fetched > stored.getOrDefault(topic, readFrom.getOrDefault(topic, 0L));
  }

  /** Forgets what was read: it must be read again, from where the database stands. */
  void unseat() {
    clear();
    isSeated = false;
  }

  private void clear() {
    events.values().forEach(Deque::clear);
    bytes = 0;
    size = 0;
  }

  boolean isSeated() {
    return isSeated;
  }

  void add(Incoming event, long nowNanos) {
    if (size == 0) {
      oldestNanos = nowNanos;
    }
    of(event.topic()).add(event);
    bytes += event.bytes();
    size++;
  }

  int size() {
    return size;
  }

  int size(Topic topic) {
    return of(topic).size();
  }

  long bytes() {
    return bytes;
  }

  boolean hasLive() {
    return events.entrySet().stream()
        .anyMatch(e -> e.getKey() != Topic.FIREHOSE_BACKFILL && !e.getValue().isEmpty());
  }

  long ageNanos(long nowNanos) {
    return size == 0 ? 0 : nowNanos - oldestNanos;
  }

  /** How many events the next batch takes; lowered to find a row that the database refuses. */
  int limit() {
    return limit;
  }

  void limit(int newLimit) {
    limit = newLimit;
  }

  /**
   * The next batch: live events and labels first, backfill in what is left but never less than a
   * fourth. Nothing is taken out before {@link #done}.
   *
   * @param fetched how far a topic has been read, which may be past its last event (control records
   *     of transactions have offsets too)
   */
  Batch next(ToLongFunction<Topic> fetched) {
    int backfill = events.containsKey(Topic.FIREHOSE_BACKFILL) ? size(Topic.FIREHOSE_BACKFILL) : 0;
    int reserved = Math.min(backfill, limit / BACKFILL_SHARE);
    List<Incoming> taken = new ArrayList<>();
    Map<Topic, Long> after = new EnumMap<>(Topic.class);
    after.putAll(stored);
    long budget = MAX_BATCH_BYTES;
    for (Map.Entry<Topic, Deque<Incoming>> entry : events.entrySet()) {
      Topic topic = entry.getKey();
      int room = limit - taken.size() - (topic == Topic.FIREHOSE_BACKFILL ? 0 : reserved);
      Iterator<Incoming> queued = entry.getValue().iterator();
      while (room > 0 && queued.hasNext() && (budget > 0 || taken.isEmpty())) {
        Incoming event = queued.next();
        taken.add(event);
        after.put(topic, event.offset() + 1);
        budget -= event.bytes();
        room--;
      }
      if (!queued.hasNext()) {
        after.merge(topic, fetched.applyAsLong(topic), Math::max);
      }
    }
    return new Batch(partition, stored, taken, after);
  }

  /** A batch made by {@link #next}, or the first of it, is in the database. */
  void done(Batch batch) {
    for (Incoming event : batch.events()) {
      if (of(event.topic()).removeFirst().offset() != event.offset()) {
        throw new IllegalStateException("batch is not the head of partition " + partition);
      }
      bytes -= event.bytes();
      size--;
    }
    stored.clear();
    stored.putAll(batch.after());
  }

  private Deque<Incoming> of(Topic topic) {
    Deque<Incoming> queue = events.get(topic);
    if (queue == null) {
      throw new IllegalStateException("not subscribed to " + topic.topicName());
    }
    return queue;
  }
}
