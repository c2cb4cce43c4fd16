package dev.millrace.topology.tracker;

import dev.millrace.atproto.BadDataException;
import dev.millrace.atproto.syntax.Did;
import dev.millrace.schema.event.EventCodec;
import dev.millrace.schema.event.RepoEvent;
import dev.millrace.schema.event.RepoRequest;
import dev.millrace.schema.event.Scope;
import dev.millrace.schema.topic.Topic;
import dev.millrace.topology.tracker.repo.RepoRules;
import dev.millrace.topology.tracker.repo.TrackedRepo;
import dev.millrace.topology.tracker.repo.Verdict;
import java.time.Instant;
import java.util.Arrays;
import java.util.Set;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets every event have its turn at what is known of its repo, and writes the requests that come of
 * it, in one transaction. Runs on the stream thread and waits for nothing.
 */
final class TrackProcessor implements Processor<byte[], byte[], byte[], Object> {
  private static final Logger log = LoggerFactory.getLogger(TrackProcessor.class);

  private final RepoRules rules;
  private final Scope scope;
  private final TrackerMetrics metrics;
  private @Nullable ProcessorContext<byte[], Object> context;
  private @Nullable KeyValueStore<byte[], TrackedRepo> store;

  /**
   * Tracks what is collected.
   *
   * @param collections NSIDs; empty for all
   */
  TrackProcessor(Set<String> collections, TrackerMetrics metrics) {
    this.rules = new RepoRules(collections);
    this.scope =
        collections.isEmpty()
            ? Scope.FULL
            : Scope.ofCollections(collections.stream().sorted().toList());
    this.metrics = metrics;
  }

  @Override
  public void init(ProcessorContext<byte[], Object> newContext) {
    context = newContext;
    store = newContext.getStateStore(TrackerTopology.TRACKED_REPOS);
  }

  @Override
  public void process(Record<byte[], byte[]> record) {
    if (context == null || store == null) {
      throw new IllegalStateException("process before init");
    }
    byte @Nullable [] value = record.value();
    if (value != null && EventPeek.isRecord(value)) {
      return;
    }
    RepoEvent event = read(record.key(), value);
    if (event != null) {
      long offset = context.recordMetadata().orElseThrow().offset();
      track(context, store, record, event, offset);
    }
  }

  private void track(
      ProcessorContext<byte[], Object> to,
      KeyValueStore<byte[], TrackedRepo> repos,
      Record<byte[], byte[]> record,
      RepoEvent event,
      long offset) {
    TrackedRepo known = repos.get(record.key());
    Verdict verdict = rules.apply(known, event, offset, record.timestamp());
    if (verdict == null) {
      return;
    }
    metrics.event(event.type(), verdict.outcome());
    if (!verdict.repo().equals(known)) {
      repos.put(record.key(), verdict.repo());
    }
    Verdict.Ask ask = verdict.ask();
    if (ask != null) {
      metrics.request(ask.reason());
      RepoRequest request =
          new RepoRequest(
              event.did(),
              ask.reason(),
              scope,
              event.host(),
              ask.rev(),
              Instant.ofEpochMilli(record.timestamp()).toString());
      to.forward(record.withValue(EventCodec.encode(request)), TrackerTopology.REQUESTS);
    }
    if (verdict.resolve() != null) {
      to.forward(record.withValue(verdict.resolve()), TrackerTopology.RESOLVE_IDENTITIES);
    }
  }

  /** Null if it is no event; the sink reads the same topics and sets it aside. */
  private @Nullable RepoEvent read(byte @Nullable [] key, byte @Nullable [] value) {
    try {
      if (value == null) {
        throw new BadDataException("event", "no value");
      }
      RepoEvent event = EventCodec.decode(value);
      Did.parse(event.did());
      if (!Arrays.equals(key, Topic.key(event.did()))) {
        throw new BadDataException("key", "the key is not " + event.did());
      }
      return event;
    } catch (BadDataException e) {
      metrics.unreadable(e.reason());
      log.debug("passed over", e);
      return null;
    }
  }
}
