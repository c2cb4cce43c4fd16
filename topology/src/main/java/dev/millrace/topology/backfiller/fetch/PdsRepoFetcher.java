package dev.millrace.topology.backfiller.fetch;

import dev.millrace.atproto.BadDataException;
import dev.millrace.atproto.car.CarLimits;
import dev.millrace.atproto.car.SpooledCar;
import dev.millrace.atproto.crypto.PublicKey;
import dev.millrace.atproto.identity.DidDocument;
import dev.millrace.atproto.identity.DidNotFoundException;
import dev.millrace.atproto.identity.DidResolver;
import dev.millrace.atproto.repo.RepoSnapshot;
import dev.millrace.atproto.syntax.Did;
import dev.millrace.atproto.syntax.Tid;
import dev.millrace.atproto.xrpc.Download;
import dev.millrace.atproto.xrpc.RateLimit;
import dev.millrace.atproto.xrpc.RepoAbsence;
import dev.millrace.atproto.xrpc.XrpcClient;
import dev.millrace.atproto.xrpc.XrpcException;
import dev.millrace.schema.event.AccountEvent;
import dev.millrace.schema.event.EventCodec;
import dev.millrace.schema.event.RepoEvent;
import dev.millrace.schema.event.SnapshotRef;
import dev.millrace.topology.backfiller.pending.Question;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Fetches a repo from the account's PDS: notes the live position, resolves the DID, downloads,
 * verifies, expands. Thread-safe; an attempt runs on its caller's thread.
 *
 * <p>Where a mirror of the directory knows the account, nothing is looked up at first. The identity
 * is read past every cache, and past the mirror, once an attempt, when what the PDS says could mean
 * that the account has moved or changed its key: before anything it said counts as final. Where the
 * account's status is the question, it is read so before the PDS is asked, too: a former PDS may
 * give out what it still has.
 */
public final class PdsRepoFetcher implements RepoFetcher {
  private static final String GET_REPO = "com.atproto.sync.getRepo";
  private static final String DELETED = "deleted";
  private static final int CLOCK_IDS = 1024;

  private final XrpcClient http;
  private final DidResolver dids;
  private final HostGuard hosts;
  private final LivePositions positions;
  private final SnapshotExpander expander;
  private final CarLimits limits;
  private final Path spoolDir;
  private final Clock clock;

  public PdsRepoFetcher(
      XrpcClient http,
      DidResolver dids,
      HostGuard hosts,
      LivePositions positions,
      SnapshotExpander expander,
      CarLimits limits,
      Path spoolDir,
      Clock clock) {
    this.http = http;
    this.dids = dids;
    this.hosts = hosts;
    this.positions = positions;
    this.expander = expander;
    this.limits = limits;
    this.spoolDir = spoolDir;
    this.clock = clock;
  }

  @Override
  public FetchEnd fetch(FetchOrder order, Handover handover) throws InterruptedException {
    long livePos;
    try {
      livePos = positions.end(order.partition());
    } catch (IOException e) {
      return new FetchEnd.Postponed(FetchFailure.of("kafka", null, String.valueOf(e.getMessage())));
    }
    FetchEnd end;
    try {
      end = new Attempt(order, handover, livePos).run();
    } catch (UncheckedIOException e) { // the spool's disk
      throwIfCancelled();
      end = new FetchEnd.Postponed(FetchFailure.of("spool", null, String.valueOf(e.getMessage())));
    }
    throwIfCancelled();
    return end;
  }

  /** Interruption comes out of sockets and files as all kinds of failures of theirs. */
  private static void throwIfCancelled() throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException("cancelled");
    }
  }

  private final class Attempt {
    private final FetchOrder order;
    private final Handover handover;
    private final long livePos;
    private final Did did;
    private boolean isRefreshed;

    Attempt(FetchOrder order, Handover handover, long livePos) {
      this.order = order;
      this.handover = handover;
      this.livePos = livePos;
      this.did = Did.parse(order.did());
    }

    FetchEnd run() throws InterruptedException {
      DidDocument document;
      try {
        document = isStatusAsked() ? dids.refresh(did) : dids.resolve(did, mirrored());
      } catch (IOException | BadDataException e) {
        return unresolved(e);
      }
      FetchEnd end = ask(document);
      if (isRefreshed || !mayHaveMoved(end)) {
        return end;
      }
      try {
        DidDocument fresh = refresh();
        return Objects.equals(fresh.pds(), document.pds()) ? end : ask(fresh);
      } catch (IOException | BadDataException e) {
        // Nothing is final before it is known that the account is still there.
        return isFinal(end) || e instanceof DidNotFoundException ? unresolved(e) : end;
      }
    }

    private @Nullable DidDocument mirrored() {
      return order.mirrored() == null ? null : order.mirrored().document();
    }

    private DidDocument refresh() throws IOException {
      isRefreshed = true;
      return dids.refresh(did);
    }

    private FetchEnd ask(DidDocument document) throws InterruptedException {
      URI pds = document.pds();
      PublicKey key = document.signingKey();
      if (pds == null && order.question() == Question.DELETION) {
        return inactive(null, DELETED);
      }
      if (pds == null || key == null) {
        String reason = pds == null ? "no-pds" : "no-key";
        return new FetchEnd.Failed(
            FetchFailure.hopeless(reason, null, "the DID document names none"));
      }
      String host = pds.getRawAuthority();
      SpooledCar car;
      switch (hosts.enter(host, order.lane(), order.isProbe())) {
        case HostGuard.Busy() -> {
          return new FetchEnd.HostBusy(host);
        }
        case HostGuard.Paused(long until, boolean isDead) -> {
          return new FetchEnd.HostPaused(host, until, isDead);
        }
        case HostGuard.Slot slot -> {
          try (slot) {
            car = download(pds, slot);
          } catch (XrpcException e) {
            return refused(host, e);
          } catch (IOException e) {
            return failed(FetchFailure.of("cut-body", host, String.valueOf(e.getMessage())));
          } catch (BadDataException e) {
            return bad(host, e);
          }
        }
      }
      try (SpooledCar _ = car) {
        return expand(car, host, pds, key);
      } catch (BadDataException e) {
        return bad(host, e);
      } catch (IOException e) {
        throw new UncheckedIOException(e); // closing the spool
      }
    }

    private SpooledCar download(URI pds, HostGuard.Slot slot) throws IOException {
      try (Download download =
          http.download(pds, GET_REPO, Map.of("did", did.value()), limits.maxBodyBytes())) {
        RateLimit rate = download.rateLimit();
        Long remaining = rate.remaining();
        SpooledCar car = SpooledCar.read(download.body(), limits, spoolDir);
        if (remaining != null && remaining <= 0 && rate.resetAfter() != null) {
          slot.rateLimited(rate.resetAfter());
        } else {
          slot.answered();
        }
        return car;
      } catch (XrpcException e) {
        note(slot, e);
        throw e;
      } catch (IOException e) {
        slot.failed(); // cut
        throw e;
      } catch (BadDataException e) {
        if (isEndless(e)) {
          slot.endless();
        } else {
          slot.answered();
        }
        throw e;
      }
    }

    /** No repo is as large as what the host sends: it takes long, and is no answer. */
    private static boolean isEndless(BadDataException e) {
      return e.reason().equals("too-big");
    }

    private static void note(HostGuard.Slot slot, XrpcException e) {
      if (e.status() == 429 || (e.status() == 503 && e.retryAfter() != null)) {
        slot.rateLimited(e.retryAfter());
      } else if (e.passing() && !e.reason().equals("cancelled")) {
        slot.failed();
      } else {
        slot.answered();
      }
    }

    private FetchEnd expand(SpooledCar car, String host, URI pds, PublicKey key)
        throws InterruptedException {
      RepoSnapshot snapshot;
      try {
        snapshot = RepoSnapshot.open(car, did, key, clock.instant());
      } catch (BadDataException e) {
        if (!e.reason().equals("signature") || isRefreshed) {
          throw e;
        }
        DidDocument fresh;
        try {
          fresh = refresh();
        } catch (IOException unresolved) {
          e.addSuppressed(unresolved);
          throw e;
        }
        PublicKey freshKey = fresh.signingKey();
        if (!Objects.equals(fresh.pds(), pds)) {
          return ask(fresh);
        }
        if (freshKey == null || freshKey.equals(key)) {
          throw e;
        }
        snapshot = RepoSnapshot.open(car, did, freshKey, clock.instant());
      }
      if (isStatusAsked()) {
        // Before the records: they are refused while the account counts as inactive.
        handover.event(EventCodec.encode(account(host, true, null)));
      }
      long records =
          expander.expand(snapshot, order, host, new SnapshotRef(snapshotId(), livePos), handover);
      return new FetchEnd.Expanded(snapshot.commit().rev().value(), records);
    }

    /** Unlike any other attempt's at this DID. */
    private String snapshotId() {
      long micros = clock.millis() * 1_000 + ThreadLocalRandom.current().nextInt(1_000);
      return Tid.of(micros, ThreadLocalRandom.current().nextInt(CLOCK_IDS)).value();
    }

    private FetchEnd unresolved(Exception e) {
      return switch (e) {
        case DidNotFoundException gone when gone.tombstoned() && isTakenForDeleted() ->
            inactive(null, DELETED);
        case DidNotFoundException gone ->
            failed(FetchFailure.hopeless(gone.reason(), null, String.valueOf(gone.getMessage())));
        case BadDataException bad ->
            failed(FetchFailure.hopeless(bad.reason(), null, String.valueOf(bad.getMessage())));
        case XrpcException x ->
            failed(
                new FetchFailure(
                    "did-" + x.reason(),
                    null,
                    x.status(),
                    x.retryAfter(),
                    String.valueOf(x.getMessage()),
                    x.bodyStart(),
                    !x.passing()));
        default -> failed(FetchFailure.of("did", null, String.valueOf(e.getMessage())));
      };
    }

    private FetchEnd refused(String host, XrpcException e) {
      RepoAbsence absence = e.repoAbsence();
      FetchFailure failure =
          new FetchFailure(
              e.reason(),
              host,
              e.status(),
              e.retryAfter(),
              String.valueOf(e.getMessage()),
              e.bodyStart(),
              !e.passing());
      if (absence == null) {
        return failed(failure);
      }
      String status = absence.accountStatus();
      if (status == null && isTakenForDeleted()) {
        status = DELETED; // both sides agree
      }
      return status == null ? new FetchEnd.Missing(failure) : inactive(host, status);
    }

    /** Whether a host has said so, by its listing or its stream. */
    private boolean isTakenForDeleted() {
      return order.question() == Question.DELETION || DELETED.equals(order.listedStatus());
    }

    private boolean isStatusAsked() {
      return order.question() != Question.NONE;
    }

    private FetchEnd inactive(@Nullable String host, String status) {
      return new FetchEnd.Inactive(account(host, false, status));
    }

    private AccountEvent account(@Nullable String host, boolean active, @Nullable String status) {
      return new AccountEvent(
          RepoEvent.BACKFILL_SEQ,
          clock.instant().toString(),
          did.value(),
          host,
          active,
          status,
          livePos);
    }

    private static FetchEnd bad(String host, BadDataException e) {
      return failed(
          new FetchFailure(
              e.reason(),
              host,
              0,
              (Duration) null,
              String.valueOf(e.getMessage()),
              "",
              isHopeless(e)));
    }

    /**
     * Whether the host means what it sends: a repo that is somebody else's, or that the account's
     * key, looked up anew, has not signed. What was damaged or cut may be whole the next time.
     */
    private static boolean isHopeless(BadDataException e) {
      return isEndless(e) || e.reason().equals("commit") || e.reason().equals("signature");
    }

    private static FetchEnd failed(FetchFailure failure) {
      return new FetchEnd.Failed(failure);
    }

    private static boolean isFinal(FetchEnd end) {
      return end instanceof FetchEnd.Missing || end instanceof FetchEnd.Inactive;
    }

    /** What a PDS says that an account has left, and what a host says that is gone. */
    private static boolean mayHaveMoved(FetchEnd end) {
      return switch (end) {
        case FetchEnd.Missing _, FetchEnd.Inactive _ -> true;
        case FetchEnd.HostPaused paused -> paused.isDead();
        case FetchEnd.Failed(FetchFailure failure) ->
            switch (failure.reason()) {
              case "http-429" -> false;
              case "connect", "dns", "tls", "timeout", "no-pds", "no-key" -> true;
              default -> failure.httpStatus() >= 400;
            };
        default -> false;
      };
    }
  }
}
