package dev.millrace.atproto.identity;

import dev.millrace.atproto.syntax.Did;
import dev.millrace.atproto.syntax.Handle;
import dev.millrace.atproto.xrpc.XrpcException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Resolver;
import org.xbill.DNS.TXTRecord;
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.Type;
import org.xbill.DNS.lookup.LookupSession;
import org.xbill.DNS.lookup.NoSuchDomainException;
import org.xbill.DNS.lookup.NoSuchRRSetException;

/**
 * What DNS says of a handle: {@code _atproto.<handle> TXT "did=…"}. Thread-safe, keeps nothing.
 *
 * @see <a href="https://atproto.com/specs/handle#dns-txt-method">the specification</a>
 */
final class HandleDns {
  private static final String LABEL = "_atproto.";
  private static final String PREFIX = "did=";
  private static final Executor CALLBACKS = ForkJoinPool.commonPool();

  private final LookupSession session;
  private final Duration limit;

  /**
   * Asks one resolver.
   *
   * @param limit of one lookup, its retries and aliases included
   */
  HandleDns(Resolver resolver, Duration limit) {
    this.session = LookupSession.builder().resolver(resolver).executor(CALLBACKS).build();
    this.limit = limit;
  }

  /**
   * The DID that is named there; null if there is none, or more than one.
   *
   * @throws XrpcException if DNS does not answer
   */
  @Nullable Did did(Handle handle) throws XrpcException {
    List<Did> dids =
        lookup(LABEL + handle, Type.TXT).stream()
            .filter(TXTRecord.class::isInstance)
            // A long text is cut into strings, which belong together.
            .map(record -> String.join("", ((TXTRecord) record).getStrings()))
            .filter(text -> text.startsWith(PREFIX))
            .map(text -> text.substring(PREFIX.length()).strip())
            .filter(Did::isValid)
            .map(Did::parse)
            .distinct()
            .toList();
    return dids.size() == 1 ? dids.getFirst() : null;
  }

  /** Whether the name has an address at all. */
  boolean hasAddress(Handle handle) throws XrpcException {
    return !lookup(handle.value(), Type.A).isEmpty()
        || !lookup(handle.value(), Type.AAAA).isEmpty();
  }

  private List<Record> lookup(String name, int type) throws XrpcException {
    try {
      return session
          .lookupAsync(Name.fromString(name, Name.root), type)
          .toCompletableFuture()
          .get(limit.toMillis(), TimeUnit.MILLISECONDS)
          .getRecords();
    } catch (TextParseException e) {
      return List.of(); // too long for DNS, with the label before it: nobody can have it there
    } catch (ExecutionException e) {
      if (e.getCause() instanceof NoSuchDomainException
          || e.getCause() instanceof NoSuchRRSetException) {
        return List.of();
      }
      throw XrpcException.dns(name + ": " + e.getCause(), e);
    } catch (TimeoutException e) {
      throw XrpcException.timeout("no answer of DNS for " + name + " within " + limit, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw XrpcException.cancelled("interrupted while looking up " + name, e);
    }
  }
}
