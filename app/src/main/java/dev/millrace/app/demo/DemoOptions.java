package dev.millrace.app.demo;

import dev.millrace.app.config.BackfillerOptions;
import dev.millrace.app.config.BatchOptions;
import dev.millrace.app.config.IndexerOptions;
import dev.millrace.app.config.TrackerOptions;
import java.time.Duration;

/**
 * A demonstration.
 *
 * @param repos in the simulated network at its beginning
 * @param seed the network is a function of it
 * @param stepsPerSecond live traffic: what somebody does in the network
 * @param isOnce whether it ends with the comparison, instead of going on live
 * @param limit on the catching-up
 */
public record DemoOptions(
    int repos,
    long seed,
    double stepsPerSecond,
    boolean isOnce,
    Duration limit,
    BatchOptions batches,
    BackfillerOptions backfiller,
    TrackerOptions tracker,
    IndexerOptions indexer) {}
