package dev.millrace.topology.backfiller;

import dev.millrace.schema.event.DeadLetter;
import dev.millrace.schema.event.EventCodec;
import dev.millrace.schema.event.RepoEvent;
import dev.millrace.schema.topic.Topic;
import dev.millrace.topology.backfiller.admission.InHand;
import dev.millrace.topology.backfiller.fetch.Backoff;
import dev.millrace.topology.backfiller.fetch.Chunk;
import dev.millrace.topology.backfiller.fetch.Fetch;
import dev.millrace.topology.backfiller.fetch.FetchEnd;
import dev.millrace.topology.backfiller.fetch.FetchFailure;
import dev.millrace.topology.backfiller.fetch.FetchOrder;
import dev.millrace.topology.backfiller.fetch.HostGuard;
import dev.millrace.topology.backfiller.pending.Lane;
import dev.millrace.topology.backfiller.pending.PendingQueue;
import dev.millrace.topology.backfiller.pending.PendingRepo;
import dev.millrace.topology.backfiller.pending.PendingStore;
import dev.millrace.topology.backfiller.pending.Question;
import dev.millrace.topology.backfiller.pending.Wish;
import dev.millrace.topology.streams.DeadLetters;
import dev.millrace.topology.streams.MirroredIdentities;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.Cancellable;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Works off what one partition number has pending. Every method runs on the task's stream thread,
 * and none waits: fetches run on threads of their own and are drained here.
 *
 * <p>What holds: a repo wanted is in the store from the transaction that consumed its record until
 * the transaction that forwards its last event. So a crash, at any point, starts the fetches under
 * way again from the beginning; their first halves may be on the topic twice, under two snapshot
 * ids, and only one is closed.
 */
final class BackfillProcessor implements Processor<byte[], Wish, byte[], byte[]> {
  /** What a punctuation may forward: a stream transaction must end within 10 s. */
  static final long MAX_BYTES = 4L << 20;

  static final Duration MAX_TIME = Duration.ofMillis(100);
  static final Duration INTERVAL = Duration.ofMillis(20);

  private static final Logger log = LoggerFactory.getLogger(BackfillProcessor.class);

  private final Workshop workshop;
  private @Nullable Task task;

  BackfillProcessor(Workshop workshop) {
    this.workshop = workshop;
  }

  /** Called again on the same object when Streams revives a task: everything is made anew. */
  @Override
  public void init(ProcessorContext<byte[], byte[]> context) {
    task = new Task(workshop, context);
  }

  @Override
  public void process(Record<byte[], Wish> record) {
    running().take(record.value());
  }

  @Override
  public void close() {
    if (task != null) {
      task.close();
      task = null;
    }
  }

  private Task running() {
    if (task == null) {
      throw new IllegalStateException("process before init");
    }
    return task;
  }

  /** One life of the task, from init to close. */
  private static final class Task {
    private final Workshop workshop;
    private final BackfillerMetrics metrics;
    private final ProcessorContext<byte[], byte[]> context;
    private final KeyValueStore<String, PendingRepo> store;
    private final MirroredIdentities mirror;
    private final int partition;
    private final PendingQueue queue = new PendingQueue();
    private final InHand.Load load = new InHand.Load();
    private final Map<Lane, Map<String, Fetch>> flying = new EnumMap<>(Lane.class);
    private final Map<Lane, Integer> waitingForHosts = new EnumMap<>(Lane.class);
    private final Cancellable punctuation;

    Task(Workshop workshop, ProcessorContext<byte[], byte[]> context) {
      this.workshop = workshop;
      this.metrics = workshop.metrics();
      this.context = context;
      this.store = context.getStateStore(PendingStore.NAME);
      this.mirror = MirroredIdentities.of(context);
      this.partition = context.taskId().partition();
      for (Lane lane : Lane.values()) {
        flying.put(lane, new LinkedHashMap<>());
      }
      try (KeyValueIterator<String, PendingRepo> all = store.all()) {
        while (all.hasNext()) {
          KeyValue<String, PendingRepo> entry = all.next();
          queue.put(entry.value, now());
        }
      }
      publishLoad();
      workshop.inHand().enter(partition, load);
      punctuation =
          context.schedule(INTERVAL, PunctuationType.WALL_CLOCK_TIME, time -> punctuate());
    }

    void take(Wish wish) {
      PendingRepo known = store.get(wish.did());
      PendingRepo entry = known == null ? PendingRepo.of(wish, now()) : known.merge(wish);
      if (!entry.equals(known)) {
        store.put(wish.did(), entry);
        queue.put(entry, now());
      }
      publishLoad();
    }

    void close() {
      punctuation.cancel();
      workshop.inHand().leave(partition, load);
      for (Map<String, Fetch> lane : flying.values()) {
        lane.values().forEach(Fetch::cancel);
        lane.values().forEach(this::release);
        lane.clear();
      }
    }

    private void punctuate() {
      queue.wake(now());
      launch();
      drain();
      launch();
      for (Lane lane : Lane.values()) {
        waitingForHosts.put(
            lane, queue.waitingForHosts(lane, host -> workshop.hosts().hasRoom(host, lane)));
      }
      publishLoad();
    }

    private void launch() {
      if (!workshop.mayFetch().getAsBoolean()) {
        return;
      }
      for (String host : queue.runnableHosts()) {
        HostGuard.Paused paused = workshop.hosts().paused(host);
        if (paused != null) {
          queue.runnableOf(host).forEach(did -> leaveAlone(entry(did), host, paused));
        }
      }
      for (Lane lane : Lane.values()) {
        launch(lane, false);
        launch(lane, true);
      }
    }

    private void launch(Lane lane, boolean isProbe) {
      while (workshop.permits().tryAcquire(lane, isProbe)) {
        String did =
            isProbe
                ? queue.launchKnown(lane, host -> workshop.hosts().mayProbe(host, lane))
                : queue.launch(lane, host -> workshop.hosts().hasRoom(host, lane));
        if (did == null) {
          workshop.permits().release(lane, isProbe);
          return;
        }
        PendingRepo entry = entry(did);
        Wish wish = entry.wish();
        FetchOrder order =
            new FetchOrder(
                did,
                lane,
                wish.scope(),
                partition,
                isProbe,
                wish.status(),
                wish.question(),
                wish.question() == Question.NONE ? mirror.get(did) : null);
        flying(lane).put(did, Fetch.start(workshop.fetcher(), order, entry.epoch()));
        store.put(did, entry.fetching(now()));
        metrics.launched(lane);
      }
    }

    /** Forwards what fetches have ready, requests first, up to the budget. */
    private void drain() {
      long deadline = System.nanoTime() + MAX_TIME.toNanos();
      long bytes = 0;
      while (bytes < MAX_BYTES && System.nanoTime() < deadline) {
        Fetch.Progress progress = null;
        Fetch fetch = null;
        Iterator<Fetch> candidates = candidates();
        while (progress == null && candidates.hasNext()) {
          fetch = candidates.next();
          progress = fetch.poll();
        }
        if (fetch == null || progress == null) {
          return;
        }
        switch (progress) {
          case Fetch.Events events -> {
            forward(fetch, events.chunk());
            bytes += events.chunk().bytes();
          }
          case Fetch.Ended ended -> finish(fetch, ended.end());
        }
      }
      // The budget is used up: end the transaction before the next one.
      context.commit();
    }

    private Iterator<Fetch> candidates() {
      return flying.values().stream().flatMap(lane -> lane.values().stream()).iterator();
    }

    private void forward(Fetch fetch, Chunk chunk) {
      byte[] key = Topic.key(fetch.order().did());
      long now = now();
      for (Chunk.Item item : chunk.items()) {
        switch (item) {
          case Chunk.Event event ->
              context.forward(new Record<>(key, event.value(), now), BackfillTopology.EVENTS);
          case Chunk.SetAside setAside -> setAside(setAside.letter());
        }
      }
      metrics.forwarded(chunk.bytes());
    }

    private void finish(Fetch fetch, FetchEnd end) {
      FetchOrder order = fetch.order();
      PendingRepo entry = entry(order.did());
      flying(order.lane()).remove(order.did());
      queue.landed(order.did());
      release(fetch);
      boolean isAskedAgain = entry.epoch() != fetch.epoch();
      switch (end) {
        case FetchEnd.Expanded expanded -> {
          metrics.fetched(order.lane(), expanded.records());
          if (isAskedAgain) {
            askAgain(entry);
          } else if (entry.wantsNewerThan(expanded.rev())) {
            behind(entry, expanded.rev());
          } else {
            done(entry);
          }
        }
        case FetchEnd.Inactive inactive -> {
          metrics.inactive(inactive.event().status());
          forward(inactive.event());
          finalAnswer(entry, isAskedAgain);
        }
        case FetchEnd.Missing missing -> {
          FetchFailure failure = missing.failure();
          metrics.failed(failure.reason(), failure.host());
          if (entry.wish().status() == null && !isAskedAgain) {
            setAside(letter(entry, failure));
          }
          finalAnswer(entry, isAskedAgain);
        }
        case FetchEnd.HostBusy busy -> keep(entry.at(busy.host()));
        case FetchEnd.HostPaused paused ->
            leaveAlone(entry, paused.host(), new HostGuard.Paused(paused.until(), paused.isDead()));
        case FetchEnd.Failed failed -> failed(entry, failed.failure());
        case FetchEnd.Postponed postponed -> {
          log.warn("{} waits: {}", order.did(), postponed.failure().detail());
          metrics.failed(postponed.failure().reason(), null);
          keep(entry.notBefore(retryAt(1, Duration.ZERO)));
        }
        case FetchEnd.Broken broken ->
            throw new IllegalStateException(
                "fetching " + order.did() + " broke: " + broken.cause(), broken.cause());
      }
    }

    private void finalAnswer(PendingRepo entry, boolean isAskedAgain) {
      if (isAskedAgain) {
        askAgain(entry);
      } else {
        done(entry);
      }
    }

    private void askAgain(PendingRepo entry) {
      metrics.refetched("asked_again");
      keep(entry.again());
    }

    /**
     * The snapshot is in, and older than what was seen of the repo: once more, later, a few times.
     */
    private void behind(PendingRepo entry, String rev) {
      Backoff backoff = workshop.backoff();
      metrics.refetched("behind");
      if (entry.attempt() + 1 >= backoff.maxHopelessAttempts()) {
        metrics.failed("behind", entry.host());
        setAside(
            letter(
                entry,
                FetchFailure.behind(entry.host(), "rev " + rev + " of " + entry.wish().rev())));
        done(entry);
      } else {
        keep(entry.failed("behind", null, retryAt(entry.attempt() + 1, Duration.ZERO)));
      }
    }

    private void failed(PendingRepo entry, FetchFailure failure) {
      metrics.failed(failure.reason(), failure.host());
      Backoff backoff = workshop.backoff();
      int failures = entry.attempt() + 1;
      if (failures
          >= (failure.isHopeless() ? backoff.maxHopelessAttempts() : backoff.maxAttempts())) {
        setAside(letter(entry, failure));
        done(entry);
        return;
      }
      Duration atLeast = failure.isHopeless() ? backoff.hopeless() : Duration.ZERO;
      if (failure.retryAfter() != null && failure.retryAfter().compareTo(atLeast) > 0) {
        atLeast = failure.retryAfter();
      }
      PendingRepo later =
          entry.failed(failure.reason(), failure.host(), retryAt(failures, atLeast));
      String full = whyNotParked(entry.lane(), later.host());
      if (full != null) {
        setAside(letter(entry, FetchFailure.notParked(full, later.host(), failure)));
        done(entry);
        return;
      }
      // Of a dead host it is asked anew where the repo lives: it may have moved away.
      keep(failure.isHostDead() ? later.at(null) : later, later.host());
    }

    /**
     * The reason to set a failed repo aside instead of trying again later; null if there is none.
     */
    private @Nullable String whyNotParked(Lane lane, @Nullable String host) {
      if (host != null && queue.parkedFor(lane, host) >= workshop.maxParkedByHost()) {
        return "host-parked-full";
      }
      // Listed repos need no such bound: their topic is held.
      boolean isFull = lane != Lane.LISTING && queue.parked(lane) >= workshop.inHand().maxParked();
      return isFull ? "parked-full" : null;
    }

    /**
     * Parks a repo whose host may not be asked. A host's wish for a pause costs the repo nothing; a
     * dead host costs an attempt, so that its repos do not stay for ever.
     */
    private void leaveAlone(PendingRepo entry, String host, HostGuard.Paused paused) {
      if (!paused.isDead()) {
        keep(entry.at(host).notBefore(paused.until()));
        return;
      }
      Duration atLeast = Duration.ofMillis(Math.max(0, paused.until() - now()));
      failed(entry, FetchFailure.hostDead(host, atLeast));
    }

    /** Nothing more is to be done for it, wherever it stood. */
    private void done(PendingRepo entry) {
      store.delete(entry.did());
      queue.forget(entry.did());
    }

    private void keep(PendingRepo entry) {
      keep(entry, entry.host());
    }

    private void keep(PendingRepo entry, @Nullable String parkedFor) {
      store.put(entry.did(), entry);
      queue.put(entry, parkedFor, now());
    }

    private void forward(RepoEvent event) {
      context.forward(
          new Record<>(Topic.key(event.did()), EventCodec.encode(event), now()),
          BackfillTopology.EVENTS);
    }

    private void setAside(DeadLetter letter) {
      metrics.setAside(letter.reason());
      context.forward(DeadLetters.record(letter, now()), BackfillTopology.SET_ASIDE);
    }

    private static DeadLetter letter(PendingRepo entry, FetchFailure failure) {
      byte @Nullable [] body =
          failure.body().isEmpty() ? null : failure.body().getBytes(StandardCharsets.UTF_8);
      return DeadLetter.of(failure.reason(), body)
          .did(entry.did())
          .host(failure.host() == null ? entry.host() : failure.host())
          .exception(
              "getRepo for %s, %d failed attempts, HTTP status %s: %s"
                  .formatted(
                      entry.wish().reason(),
                      entry.attempt() + 1,
                      failure.httpStatus() == 0 ? "none" : failure.httpStatus(),
                      failure.detail()));
    }

    private long retryAt(int failures, Duration atLeast) {
      return now() + workshop.backoff().after(failures, atLeast).toMillis();
    }

    private PendingRepo entry(String did) {
      PendingRepo entry = store.get(did);
      if (entry == null) {
        throw new IllegalStateException("pending store: no entry of " + did + ", which is in hand");
      }
      return entry;
    }

    private void release(Fetch fetch) {
      workshop.permits().release(fetch.order().lane(), fetch.order().isProbe());
      metrics.landed(fetch.order().lane());
    }

    /**
     * What waits for a slow or busy host's turn is as good as parked: it must not keep the repos of
     * other hosts in the topic.
     */
    private void publishLoad() {
      int waiting = 0;
      int requests = 0;
      for (Lane lane : Lane.values()) {
        waiting += waitingForHosts(lane);
        requests += lane == Lane.LISTING ? 0 : inHand(lane);
      }
      load.set(inHand(Lane.LISTING), requests, queue.parked() + waiting);
    }

    private int inHand(Lane lane) {
      return queue.inHand(lane) - waitingForHosts(lane);
    }

    /** As of the last punctuation. */
    private int waitingForHosts(Lane lane) {
      return Math.min(waitingForHosts.getOrDefault(lane, 0), queue.runnable(lane));
    }

    private long now() {
      return context.currentSystemTimeMs();
    }

    @SuppressWarnings("NullAway") // a value for each constant
    private Map<String, Fetch> flying(Lane lane) {
      return flying.get(lane);
    }
  }
}
