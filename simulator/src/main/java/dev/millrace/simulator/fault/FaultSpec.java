package dev.millrace.simulator.fault;

import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A fault, and where it strikes: what is not narrowed holds everywhere.
 *
 * @param host one of the simulator's endpoints
 * @param did the account that an event or a request is about
 * @param nsid the XRPC method of a request
 * @param connection the number of a stream's connection to its host, from 1; 0 for any
 * @param afterFrames how many frames the connection has brought before; 0 for any number
 * @param times how often it strikes; {@link #ALWAYS} without end
 * @param status of {@link FaultKind#HTTP_STATUS} and {@link FaultKind#BAD_PAGE}
 * @param retryAfter of {@link FaultKind#HTTP_STATUS}, in whole seconds
 * @param text of {@link FaultKind#LISTED_STATUS}: the status; of {@link FaultKind#PLANTED_RECORD}:
 *     the record's path; of {@link FaultKind#REDIRECT}: the URL
 */
public record FaultSpec(
    FaultKind kind,
    @Nullable URI host,
    @Nullable String did,
    @Nullable String nsid,
    long connection,
    long afterFrames,
    int times,
    int status,
    @Nullable Duration retryAfter,
    String text) {
  public static final int ALWAYS = Integer.MAX_VALUE;

  /** A fault that strikes once, anywhere. */
  public static FaultSpec of(FaultKind kind) {
    return new FaultSpec(kind, null, null, null, 0, 0, 1, 500, null, "desynchronized");
  }

  public FaultSpec onHost(URI uri) {
    return new FaultSpec(
        kind, uri, did, nsid, connection, afterFrames, times, status, retryAfter, text);
  }

  public FaultSpec forDid(String whom) {
    return new FaultSpec(
        kind, host, whom, nsid, connection, afterFrames, times, status, retryAfter, text);
  }

  /** Such as {@code com.atproto.sync.getRepo}. */
  public FaultSpec forMethod(String method) {
    return new FaultSpec(
        kind, host, did, method, connection, afterFrames, times, status, retryAfter, text);
  }

  public FaultSpec onConnection(long number) {
    return new FaultSpec(
        kind, host, did, nsid, number, afterFrames, times, status, retryAfter, text);
  }

  public FaultSpec afterFrames(long count) {
    return new FaultSpec(kind, host, did, nsid, connection, count, times, status, retryAfter, text);
  }

  public FaultSpec times(int count) {
    return new FaultSpec(
        kind, host, did, nsid, connection, afterFrames, count, status, retryAfter, text);
  }

  public FaultSpec always() {
    return times(ALWAYS);
  }

  public FaultSpec status(int code) {
    return new FaultSpec(
        kind, host, did, nsid, connection, afterFrames, times, code, retryAfter, text);
  }

  public FaultSpec retryAfter(Duration wait) {
    return new FaultSpec(kind, host, did, nsid, connection, afterFrames, times, status, wait, text);
  }

  public FaultSpec text(String word) {
    return new FaultSpec(
        kind, host, did, nsid, connection, afterFrames, times, status, retryAfter, word);
  }
}
