package dev.millrace.topology.backfiller.fetch;

import dev.millrace.schema.event.DeadLetter;
import java.util.List;

/**
 * A bounded piece of a repo's events, encoded, in order.
 *
 * @param bytes of all values together
 */
public record Chunk(List<Item> items, long bytes) {

  /** What is forwarded. */
  public sealed interface Item {}

  /** An encoded event for {@code firehose_backfill}. */
  @SuppressWarnings("ArrayRecordComponent") // bytes on their way through, never compared
  public record Event(byte[] value) implements Item {}

  /** A record that was set aside alone. */
  public record SetAside(DeadLetter letter) implements Item {}
}
