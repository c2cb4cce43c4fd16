package dev.millrace.connectors.ingest;

import dev.millrace.atproto.crypto.PublicKey;
import dev.millrace.atproto.identity.DidDocument;
import dev.millrace.atproto.identity.DidNotFoundException;
import dev.millrace.atproto.identity.DidResolver;
import dev.millrace.atproto.syntax.Did;
import dev.millrace.atproto.xrpc.XrpcException;
import java.net.URI;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** DID documents as a test decides them, with a cache that may be stale, and a door to hold. */
public final class FakeIdentities implements DidResolver {
  private final Map<Did, DidDocument> cached = new ConcurrentHashMap<>();
  private final Map<Did, DidDocument> current = new ConcurrentHashMap<>();
  private final AtomicInteger refreshes = new AtomicInteger();
  private final Set<Did> failing = ConcurrentHashMap.newKeySet();
  private volatile CountDownLatch door = new CountDownLatch(0);

  public void signsWith(Did did, PublicKey key) {
    put(new DidDocument(did, null, null, key, null, null));
  }

  public void labels(Did did, @Nullable String endpoint, PublicKey key) {
    put(
        new DidDocument(
            did, null, null, null, endpoint == null ? null : URI.create(endpoint), key));
  }

  /** What is cached stays as it was. */
  private void put(DidDocument document) {
    current.put(document.did(), document);
    cached.putIfAbsent(document.did(), document);
  }

  /** What is cached of it is a failure, until it is refreshed. */
  public void cacheFailure(Did did) {
    failing.add(did);
  }

  public int refreshes() {
    return refreshes.get();
  }

  /** From now on nobody is answered until {@link #open}. */
  public void hold() {
    door = new CountDownLatch(1);
  }

  public void open() {
    door.countDown();
  }

  @Override
  public DidDocument resolve(Did did) throws DidNotFoundException, XrpcException {
    if (failing.contains(did)) {
      throw new XrpcException(503, null, "away", null, "");
    }
    return find(cached, did);
  }

  @Override
  public DidDocument refresh(Did did) throws DidNotFoundException {
    refreshes.incrementAndGet();
    DidDocument document = find(current, did);
    cached.put(did, document);
    return document;
  }

  private DidDocument find(Map<Did, DidDocument> documents, Did did) throws DidNotFoundException {
    try {
      door.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
    DidDocument document = documents.get(did);
    if (document == null) {
      throw new DidNotFoundException(did, false);
    }
    return document;
  }
}
