package dev.millrace.topology.tracker.identity;

import dev.millrace.schema.event.EventCodec;
import dev.millrace.schema.event.PlcIdentity;
import dev.millrace.schema.event.ResolvedIdentity;
import dev.millrace.schema.topic.Topic;
import dev.millrace.topology.streams.MirroredIdentities;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.kafka.streams.processor.Cancellable;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * Resolves the DIDs that come in as keys, with the cause, and forwards what they resolve to. Every
 * method runs on the task's stream thread and none waits: lookups run on threads of their own.
 *
 * <p>A DID is in the store until its answer is forwarded, in one transaction; so a crash, at any
 * point, has the lookups under way made again.
 */
public final class ResolveProcessor implements Processor<byte[], IdentityCause, byte[], byte[]> {
  static final Duration INTERVAL = Duration.ofMillis(20);
  private static final int MAX_ANSWERS = 1_000;

  private final String storeName;
  private final Lookups lookups;
  private final RetryPolicy retry;
  private final InHand inHand;
  private final IdentityMetrics metrics;
  private @Nullable Task task;

  public ResolveProcessor(
      String storeName,
      Lookups lookups,
      RetryPolicy retry,
      InHand inHand,
      IdentityMetrics metrics) {
    this.storeName = storeName;
    this.lookups = lookups;
    this.retry = retry;
    this.inHand = inHand;
    this.metrics = metrics;
  }

  /** Called again on the same object when Streams revives a task: everything is made anew. */
  @Override
  public void init(ProcessorContext<byte[], byte[]> context) {
    task = new Task(context);
  }

  @Override
  public void process(Record<byte[], IdentityCause> record) {
    if (task == null) {
      throw new IllegalStateException("process before init");
    }
    task.pending.want(new String(record.key(), StandardCharsets.UTF_8), record.value(), task.now());
  }

  @Override
  public void close() {
    if (task != null) {
      task.close();
      task = null;
    }
  }

  private record Flight(long epoch, Thread thread) {}

  private record Landed(String did, IdentityAnswer answer) {}

  /** One life of the task, from init to close. */
  private final class Task {
    private final ProcessorContext<byte[], byte[]> context;
    private final InHand.Load load = new InHand.Load();
    private final PendingIdentities pending;
    private final MirroredIdentities mirror;
    private final Map<String, Flight> flying = new HashMap<>();
    private final Queue<Landed> landed = new ConcurrentLinkedQueue<>();
    private final Cancellable punctuation;

    Task(ProcessorContext<byte[], byte[]> context) {
      this.context = context;
      this.pending = new PendingIdentities(context.getStateStore(storeName), load);
      this.mirror = MirroredIdentities.of(context);
      inHand.enter(context.taskId().partition(), load);
      punctuation =
          context.schedule(INTERVAL, PunctuationType.WALL_CLOCK_TIME, time -> punctuate());
    }

    void close() {
      punctuation.cancel();
      inHand.leave(context.taskId().partition(), load);
      flying.values().forEach(flight -> flight.thread().interrupt());
      flying.clear();
    }

    long now() {
      return context.currentSystemTimeMs();
    }

    private void punctuate() {
      Landed answer = landed.poll();
      for (int i = 0; answer != null && i < MAX_ANSWERS; i++) {
        land(answer);
        answer = landed.poll();
      }
      launch();
    }

    private void launch() {
      while (lookups.tryTake()) {
        String did = pending.poll(flying.keySet(), now());
        PendingIdentity wanted = did == null ? null : pending.get(did);
        if (did == null || wanted == null) {
          lookups.giveBack();
          return;
        }
        PlcIdentity mirrored = wanted.cause() == IdentityCause.SEEN ? mirror.get(did) : null;
        Thread thread = lookups.start(did, mirrored, answer -> landed.add(new Landed(did, answer)));
        flying.put(did, new Flight(wanted.epoch(), thread));
      }
    }

    private void land(Landed answered) {
      String did = answered.did();
      Flight flight = flying.remove(did);
      PendingIdentity wanted = pending.get(did);
      if (flight == null || wanted == null) {
        throw new IllegalStateException("pending identities: no entry of " + did + ", in hand");
      }
      if (answered.answer() instanceof IdentityAnswer.Broken broken) {
        throw new IllegalStateException("looking up " + did + " broke", broken.cause());
      }
      if (wanted.epoch() != flight.epoch()) {
        // Something changed since the lookup began.
        metrics.resolved("asked-again");
        pending.keep(did, wanted, wanted);
        return;
      }
      switch (answered.answer()) {
        case IdentityAnswer.Known known -> {
          metrics.resolved(known.outcome());
          pending.done(did, wanted);
          forward(known.identity());
        }
        case IdentityAnswer.Failed failed -> failed(did, wanted, failed);
        case IdentityAnswer.Broken broken -> throw new IllegalStateException(broken.cause());
      }
    }

    private void failed(String did, PendingIdentity wanted, IdentityAnswer.Failed failed) {
      metrics.failed(failed.reason());
      if (now() - wanted.since() < retry.giveUpAfter().toMillis()) {
        Duration pause = retry.after(wanted.failures() + 1, failed.retryAfter());
        pending.keep(did, wanted, wanted.failed(now() + pause.toMillis()));
        return;
      }
      metrics.resolved("gave-up");
      pending.done(did, wanted);
      ResolvedIdentity soFar = failed.soFar();
      forward(
          soFar != null
              ? soFar
              : new ResolvedIdentity(
                  did, null, null, null, Instant.ofEpochMilli(now()).toString()));
    }

    private void forward(ResolvedIdentity identity) {
      context.forward(new Record<>(Topic.key(identity.did()), EventCodec.encode(identity), now()));
    }
  }
}
