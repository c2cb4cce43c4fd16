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
import org.apache.kafka.common.TopicPartition;

/**
 * What was read of one partition number and is not yet in the database. Owned by one worker's
 * thread.
 */
final class PartitionQueue {
  /** A batch also ends here, so that its rows fit in memory whatever the records' size. */
  private static final int MAX_BATCH_BYTES = 8 * 1024 * 1024;

  /**
   * A stream that has events waiting has one in so many places of a batch, however full others are.
   */
  private static final int SHARES = 4;

  private final int partition;

  /** In the order in which a batch takes them: live first, backfill last. */
  private final Map<Topic, Stream> streams = new LinkedHashMap<>();

  private final Map<Topic, Long> stored = new EnumMap<>(Topic.class);
  private final Map<Topic, Long> readFrom = new EnumMap<>(Topic.class);
  private boolean isSeated;
  private int size;
  private long oldestNanos;
  private final int limit;

  /** What waits of one topic. */
  private static final class Stream {
    final Deque<Incoming> events = new ArrayDeque<>();
    long bytes;

    void add(Incoming event) {
      events.add(event);
      bytes += event.bytes();
    }

    Incoming removeFirst() {
      Incoming first = events.removeFirst();
      bytes -= first.bytes();
      return first;
    }
  }

  PartitionQueue(int partition, List<Topic> topics, int batchSize) {
    this.partition = partition;
    this.limit = Math.max(SHARES, batchSize);
    topics.forEach(topic -> streams.put(topic, new Stream()));
  }

  int partition() {
    return partition;
  }

  TopicPartition partition(Topic topic) {
    return new TopicPartition(topic.topicName(), partition);
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
    streams.replaceAll((topic, stream) -> new Stream());
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
    size++;
  }

  int size() {
    return size;
  }

  int size(Topic topic) {
    return of(topic).events.size();
  }

  long bytes() {
    return streams.values().stream().mapToLong(stream -> stream.bytes).sum();
  }

  /** Whether anything waits besides backfill. */
  boolean hasLive() {
    return streams.entrySet().stream()
        .anyMatch(e -> e.getKey() != Topic.FIREHOSE_BACKFILL && !e.getValue().events.isEmpty());
  }

  /**
   * Whether a batch would be empty although events wait: backfill is ahead of the live log.
   *
   * @param fetched as of {@link #next}
   */
  boolean isHeld(ToLongFunction<Topic> fetched) {
    Stream backfill = streams.get(Topic.FIREHOSE_BACKFILL);
    Incoming first = backfill == null ? null : backfill.events.peek();
    return first != null
        && !hasLive()
        && streams.containsKey(Topic.FIREHOSE_LIVE)
        && first.livePos() > fetched.applyAsLong(Topic.FIREHOSE_LIVE);
  }

  long ageNanos(long nowNanos) {
    return size == 0 ? 0 : nowNanos - oldestNanos;
  }

  /** How many events the next batch takes at most. */
  int limit() {
    return limit;
  }

  /**
   * The next batch: of each stream its share at least, what is left over in their order. Nothing is
   * taken out before {@link #done}.
   *
   * <p>An event of backfill is not taken before the live log of this number has been applied up to
   * the event's {@code livePos}, within this batch at the latest. So whatever the live log said of
   * a repo before its fetch began is applied before the snapshot. {@code livePos} is never beyond
   * the log's end, and live never waits for backfill.
   *
   * @param fetched how far a topic has been read, which may be past its last event (control records
   *     of transactions have offsets too)
   */
  Batch next(ToLongFunction<Topic> fetched) {
    List<Incoming> taken = new ArrayList<>();
    Map<Topic, Long> after = new EnumMap<>(Topic.class);
    after.putAll(stored);
    int room = limit;
    long budget = MAX_BATCH_BYTES;
    int reserved = streams.values().stream().mapToInt(this::share).sum();
    long reservedBytes = streams.values().stream().mapToLong(PartitionQueue::byteShare).sum();
    for (Map.Entry<Topic, Stream> entry : streams.entrySet()) {
      Topic topic = entry.getKey();
      Stream stream = entry.getValue();
      reserved -= share(stream);
      reservedBytes -= byteShare(stream);
      long ownBytes = byteShare(stream);
      long applied = topic == Topic.FIREHOSE_BACKFILL ? livePosition(after) : Long.MAX_VALUE;
      Iterator<Incoming> queued = stream.events.iterator();
      boolean isDrained = true;
      while (queued.hasNext()) {
        Incoming event = queued.next();
        if (room <= reserved
            || (budget <= reservedBytes && ownBytes <= 0)
            || event.livePos() > applied) {
          isDrained = false;
          break;
        }
        taken.add(event);
        after.put(topic, event.offset() + 1);
        room--;
        budget -= event.bytes();
        ownBytes -= event.bytes();
      }
      if (isDrained) {
        after.merge(topic, fetched.applyAsLong(topic), Math::max);
      }
    }
    return new Batch(partition, stored, taken, after);
  }

  /** How far the live log will have been applied; no bound where it is not read here. */
  private long livePosition(Map<Topic, Long> after) {
    return streams.containsKey(Topic.FIREHOSE_LIVE)
        ? after.getOrDefault(Topic.FIREHOSE_LIVE, readFrom.getOrDefault(Topic.FIREHOSE_LIVE, 0L))
        : Long.MAX_VALUE;
  }

  private int share(Stream stream) {
    return Math.min(stream.events.size(), limit / SHARES);
  }

  private static long byteShare(Stream stream) {
    return Math.min(stream.bytes, MAX_BATCH_BYTES / SHARES);
  }

  /** A batch made by {@link #next}, or the first of it, is in the database. */
  void done(Batch batch) {
    for (Incoming event : batch.events()) {
      if (of(event.topic()).removeFirst().offset() != event.offset()) {
        throw new IllegalStateException("batch is not the head of partition " + partition);
      }
      size--;
    }
    stored.clear();
    stored.putAll(batch.after());
  }

  private Stream of(Topic topic) {
    Stream stream = streams.get(topic);
    if (stream == null) {
      throw new IllegalStateException("not subscribed to " + topic.topicName());
    }
    return stream;
  }
}
