package dev.millrace.atproto.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.millrace.atproto.BadDataException;
import dev.millrace.atproto.syntax.Did;
import dev.millrace.atproto.xrpc.XrpcException;
import java.lang.Thread.State;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class CachingDidResolverTest {
  private static final Did DID = Did.parse("did:plc:abcdefghijklmnopqrstuvwx");
  private static final Did OTHER = Did.parse("did:plc:zzzzzzzzzzzzzzzzzzzzzzzz");
  private static final Duration KEEP = Duration.ofHours(1);
  private static final Duration KEEP_FAILURES = Duration.ofSeconds(30);

  private final Network network = new Network();
  private final AtomicLong nanos = new AtomicLong();
  private final CachingDidResolver resolver =
      new CachingDidResolver(network, 10, KEEP, KEEP_FAILURES, nanos::get);
  private final ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor();

  @AfterEach
  void close() {
    network.gate.countDown();
    callers.close();
    resolver.close();
  }

  @Test
  void shouldAskOnceWhileADocumentIsGood() throws Exception {
    assertThat(resolver.resolve(DID)).isSameAs(resolver.resolve(DID));
    pass(KEEP.minusSeconds(1));
    resolver.resolve(DID);
    assertThat(network.resolves).hasValue(1);
    pass(Duration.ofSeconds(2));
    resolver.resolve(DID);
    assertThat(network.resolves).hasValue(2);
  }

  @Test
  void shouldPreferWhatItFetchedItselfToAMirrorsDocument() throws Exception {
    DidDocument mirrored = new DidDocument(DID, null, null, null, null, null);
    assertThat(resolver.resolve(DID, mirrored)).isSameAs(mirrored);
    assertThat(network.resolves).hasValue(0);
    DidDocument fetched = resolver.refresh(DID);
    assertThat(resolver.resolve(DID, mirrored)).isSameAs(fetched);
    assertThat(resolver.resolve(DID, null)).isSameAs(fetched);
    pass(KEEP.plusSeconds(1));
    assertThat(resolver.resolve(DID, mirrored)).isSameAs(mirrored);
  }

  @Test
  void shouldForgetFailuresSooner() throws Exception {
    for (Exception failure :
        List.of(
            new XrpcException(503, null, "busy", null, ""),
            new DidNotFoundException(DID, false),
            new BadDataException("did-document", "no"))) {
      int before = network.resolves.get();
      network.failure = failure;
      assertThatThrownBy(() -> resolver.resolve(DID)).isSameAs(failure);
      network.failure = null;
      assertThatThrownBy(() -> resolver.resolve(DID)).isSameAs(failure);
      assertThat(network.resolves).hasValue(before + 1);
      pass(KEEP_FAILURES.plusSeconds(1));
      assertThat(resolver.resolve(DID).did()).isEqualTo(DID);
      assertThat(network.resolves).hasValue(before + 2);
      pass(KEEP.plusSeconds(1));
    }
  }

  @Test
  void shouldFetchOnceForAllWhoAskAtTheSameTime() throws Exception {
    network.close();
    List<Future<DidDocument>> answers = ask(20, () -> resolver.resolve(DID));
    await().until(() -> network.resolves.get() == 1);
    network.gate.countDown();
    DidDocument first = answers.getFirst().get();
    for (Future<DidDocument> answer : answers) {
      assertThat(answer.get()).isSameAs(first);
    }
    assertThat(network.resolves).hasValue(1);
  }

  @Test
  void shouldNotMakeOneDidWaitForAnother() throws Exception {
    network.close();
    Future<DidDocument> slow = callers.submit(() -> resolver.resolve(DID));
    await().until(() -> network.resolves.get() == 1);
    network.slowOnly = DID;
    assertThat(resolver.resolve(OTHER).did()).isEqualTo(OTHER);
    assertThat(slow.isDone()).isFalse();
  }

  @Test
  void shouldRefreshPastWhatItKeptAndKeepTheAnswer() throws Exception {
    DidDocument old = resolver.resolve(DID);
    DidDocument fresh = resolver.refresh(DID);
    assertThat(fresh).isNotEqualTo(old);
    assertThat(network.refreshes).hasValue(1);
    assertThat(resolver.resolve(DID)).isSameAs(fresh);
    assertThat(resolver.refresh(DID)).isNotEqualTo(fresh);
    assertThat(network.resolves).hasValue(1);
    assertThat(network.refreshes).hasValue(2);
  }

  @Test
  void shouldGiveARefreshedDocumentItsWholeTime() throws Exception {
    resolver.resolve(DID);
    pass(KEEP.minusSeconds(1));
    DidDocument fresh = resolver.refresh(DID);
    pass(KEEP.minusSeconds(1));
    assertThat(resolver.resolve(DID)).isSameAs(fresh);
  }

  @Test
  void shouldRefreshOnceForAllWhoAskAtTheSameTime() throws Exception {
    network.close();
    List<Thread> asking = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      asking.add(Thread.ofPlatform().start(this::callRefresh));
    }
    await().until(() -> asking.stream().allMatch(t -> t.getState() == State.TIMED_WAITING));
    network.gate.countDown();
    for (Thread thread : asking) {
      thread.join();
    }
    assertThat(network.refreshes).hasValue(1);
    resolver.refresh(DID);
    assertThat(network.refreshes).hasValue(2);
  }

  @Test
  void shouldNotLetAnEarlierSlowFetchReplaceARefresh() throws Exception {
    network.close();
    Future<DidDocument> slow = callers.submit(() -> resolver.resolve(DID));
    await().until(() -> network.resolves.get() == 1);
    network.slowOnly = OTHER;
    DidDocument fresh = resolver.refresh(DID);
    network.gate.countDown();
    assertThat(slow.get()).isSameAs(fresh);
    assertThat(resolver.resolve(DID)).isSameAs(fresh);
  }

  @Test
  void shouldKeepAGoodDocumentWhenARefreshFailsInPassing() throws Exception {
    DidDocument old = resolver.resolve(DID);
    network.failure = new XrpcException(503, null, "busy", null, "");
    assertThatThrownBy(() -> resolver.refresh(DID)).isSameAs(network.failure);
    assertThat(resolver.resolve(DID)).isSameAs(old);

    network.failure = new DidNotFoundException(DID, true);
    assertThatThrownBy(() -> resolver.refresh(DID)).isSameAs(network.failure);
    assertThatThrownBy(() -> resolver.resolve(DID)).isSameAs(network.failure);
  }

  @Test
  void shouldLetOneCallerGiveUpWithoutTheOthers() throws Exception {
    network.close();
    CountDownLatch gaveUp = new CountDownLatch(1);
    Thread impatient =
        Thread.ofVirtual()
            .start(
                () -> {
                  XrpcException e =
                      catchThrowableOfType(XrpcException.class, () -> resolver.resolve(DID));
                  if (e.reason().equals("cancelled") && Thread.currentThread().isInterrupted()) {
                    gaveUp.countDown();
                  }
                });
    await().until(() -> network.resolves.get() == 1);
    Future<DidDocument> patient = callers.submit(() -> resolver.resolve(DID));
    impatient.interrupt();
    assertThat(gaveUp.await(5, TimeUnit.SECONDS)).isTrue();
    network.gate.countDown();
    assertThat(patient.get().did()).isEqualTo(DID);
    assertThat(network.resolves).hasValue(1);
  }

  @Test
  void shouldNotKeepABugOfOurs() throws Exception {
    network.failure = new IllegalStateException("bug");
    assertThatThrownBy(() -> resolver.resolve(DID)).hasRootCauseMessage("bug");
    network.failure = null;
    assertThat(resolver.resolve(DID).did()).isEqualTo(DID);
  }

  @Test
  void shouldKeepNoMoreThanItsBound() throws Exception {
    for (int i = 0; i < 100; i++) {
      resolver.resolve(Did.parse("did:plc:" + i));
    }
    int before = network.resolves.get();
    for (int i = 0; i < 100; i++) {
      resolver.resolve(Did.parse("did:plc:" + i));
    }
    assertThat(network.resolves.get() - before).isGreaterThanOrEqualTo(90);
  }

  private List<Future<DidDocument>> ask(int times, Callable<DidDocument> question) {
    List<Future<DidDocument>> answers = new ArrayList<>();
    for (int i = 0; i < times; i++) {
      answers.add(callers.submit(question));
    }
    return answers;
  }

  private void callRefresh() {
    try {
      resolver.refresh(DID);
    } catch (DidNotFoundException | XrpcException e) {
      throw new AssertionError(e);
    }
  }

  private void pass(Duration time) {
    nanos.addAndGet(time.toNanos());
  }

  /** Answers with a new document each time, or with a failure; can be made to wait at a gate. */
  private static final class Network implements DidResolver {
    private final AtomicInteger resolves = new AtomicInteger();
    private final AtomicInteger refreshes = new AtomicInteger();
    private volatile CountDownLatch gate = new CountDownLatch(0);
    private volatile @Nullable Did slowOnly;
    private volatile @Nullable Exception failure;

    void close() {
      gate = new CountDownLatch(1);
    }

    @Override
    public DidDocument resolve(Did did) throws DidNotFoundException, XrpcException {
      return answer(did, "resolved", resolves);
    }

    @Override
    public DidDocument refresh(Did did) throws DidNotFoundException, XrpcException {
      return answer(did, "refreshed", refreshes);
    }

    private DidDocument answer(Did did, String how, AtomicInteger counter)
        throws DidNotFoundException, XrpcException {
      boolean waits = slowOnly == null || did.equals(slowOnly);
      int number = counter.incrementAndGet(); // last: who sees the count may change the rest
      if (waits) {
        try {
          gate.await();
        } catch (InterruptedException e) {
          throw XrpcException.cancelled("closed", e);
        }
      }
      switch (failure) {
        case null -> {}
        case DidNotFoundException e -> throw e;
        case XrpcException e -> throw e;
        case RuntimeException e -> throw e;
        case Exception e -> throw new AssertionError(e);
      }
      URI pds = URI.create("https://" + how + number + ".example");
      return new DidDocument(did, null, pds, null, null, null);
    }
  }
}
