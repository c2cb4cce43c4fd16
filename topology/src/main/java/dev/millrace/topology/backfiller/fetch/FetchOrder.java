package dev.millrace.topology.backfiller.fetch;

import dev.millrace.schema.event.PlcIdentity;
import dev.millrace.schema.event.Scope;
import dev.millrace.topology.backfiller.pending.Lane;
import dev.millrace.topology.backfiller.pending.Question;
import org.jspecify.annotations.Nullable;

/**
 * What one attempt is to fetch.
 *
 * @param partition of the DID in every topic
 * @param isProbe whether the host has not proven to answer
 * @param listedStatus why a relay lists the account as inactive; null if it does not
 * @param question what is to be learnt of the account
 * @param mirrored what a mirror of the directory says of it, where that will do
 */
public record FetchOrder(
    String did,
    Lane lane,
    Scope scope,
    int partition,
    boolean isProbe,
    @Nullable String listedStatus,
    Question question,
    @Nullable PlcIdentity mirrored) {}
