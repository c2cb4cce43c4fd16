package dev.millrace.topology.backfiller;

import dev.millrace.topology.backfiller.admission.InHand;
import dev.millrace.topology.backfiller.fetch.Backoff;
import dev.millrace.topology.backfiller.fetch.HostGuard;
import dev.millrace.topology.backfiller.fetch.Permits;
import dev.millrace.topology.backfiller.fetch.RepoFetcher;
import java.util.function.BooleanSupplier;

/**
 * What all tasks of a process share; each part is thread-safe.
 *
 * @param maxParkedByHost repos of one partition, lane and host that wait for another attempt
 * @param mayFetch false while the output is behind
 */
record Workshop(
    RepoFetcher fetcher,
    Permits permits,
    HostGuard hosts,
    Backoff backoff,
    InHand inHand,
    int maxParkedByHost,
    BooleanSupplier mayFetch,
    BackfillerMetrics metrics) {}
