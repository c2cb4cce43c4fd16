package dev.millrace.connectors.letters;

import dev.millrace.schema.event.DeadLetter;
import java.time.Instant;

/**
 * A dead letter that nobody has settled.
 *
 * @param at when it was written
 */
public record OpenLetter(LetterId id, Instant at, DeadLetter letter) {}
