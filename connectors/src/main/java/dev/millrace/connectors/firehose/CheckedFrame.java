package dev.millrace.connectors.firehose;

import dev.millrace.atproto.BadDataException;
import dev.millrace.schema.event.DeadLetter;
import dev.millrace.schema.topic.Topic;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a worker made of one frame. Filled by that worker, then read by the preparer alone.
 *
 * <p>Events are encoded already: that is the larger part of the work, and workers share it.
 */
final class CheckedFrame {
  /** Room is left for the key and the batch around it. */
  private static final int MOST_BYTES_OF_AN_EVENT =
      Topic.MAX_EVENT_BYTES - Topic.MAX_EVENT_BYTES / 64;

  /** One event, for the DID's partition. */
  @SuppressWarnings("ArrayRecordComponent") // passed on, never compared
  record Event(String type, byte[] json) {}

  final List<Event> events = new ArrayList<>();
  final List<DeadLetter> deadLetters = new ArrayList<>();
  @Nullable String did;
  @Nullable String time;

  /** Why the repo must be fetched, and up to which rev; null if it need not. */
  @Nullable String fetchReason;

  @Nullable String fetchRev;

  /** Of a window: what the account is today is to be asked. */
  boolean asksStatus;

  /** The same, and it was deleted then: what is held may be of two generations. */
  boolean wasDeleted;

  @Nullable SignatureCheck check;
  private long eventBytes;

  /**
   * Adds an event.
   *
   * @throws BadDataException reason {@code too-big}: Kafka would not take it, and the stream would
   *     stop at it for good
   */
  void add(String type, byte[] json) {
    if (json.length > MOST_BYTES_OF_AN_EVENT) {
      throw new BadDataException("too-big", "an event of " + json.length + " bytes");
    }
    events.add(new Event(type, json));
    eventBytes += json.length;
  }

  long eventBytes() {
    return eventBytes;
  }

  void ask(boolean isAboutADeletion) {
    asksStatus = true;
    wasDeleted = isAboutADeletion;
  }

  /** The first reason stays: it is the cause of those that follow. */
  void fetch(String reason, @Nullable String rev) {
    if (fetchReason == null) {
      fetchReason = reason;
      fetchRev = rev;
    }
  }
}
