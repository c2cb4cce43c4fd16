package dev.millrace.topology.backfiller.fetch;

import dev.millrace.schema.event.AccountEvent;

/** How an attempt ended. */
public sealed interface FetchEnd {

  /** Every event of the snapshot was handed over, the closing one last. */
  record Expanded(String rev, long records) implements FetchEnd {}

  /** The account's PDS says why it does not give the repo out. */
  record Inactive(AccountEvent event) implements FetchEnd {}

  /** The account's PDS does not have it, and nothing says why. Final for now. */
  record Missing(FetchFailure failure) implements FetchEnd {}

  /** Nothing was asked: the host has as many downloads as allowed. */
  record HostBusy(String host) implements FetchEnd {}

  /** Nothing was asked: the host is left alone until then, ms since 1970. */
  record HostPaused(String host, long until, boolean isDead) implements FetchEnd {}

  /** Kafka or the disk was not there: our own trouble, which costs the repo no attempt. */
  record Postponed(FetchFailure failure) implements FetchEnd {}

  record Failed(FetchFailure failure) implements FetchEnd {}

  /** Not the network's doing (memory, a class that is missing): the part must stop. */
  record Broken(Throwable cause) implements FetchEnd {}
}
