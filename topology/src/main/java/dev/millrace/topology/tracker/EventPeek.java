package dev.millrace.topology.tracker;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * Tells by the first bytes what need not be decoded: most events are records, which say nothing
 * about a repo's state. Events begin with their type, as they are written; of what begins otherwise
 * nothing is told.
 */
final class EventPeek {
  private static final byte[] START = bytes("{\"type\":\"");
  private static final List<byte[]> RECORDS =
      List.of(bytes("create\""), bytes("update\""), bytes("delete\""));

  private EventPeek() {}

  static boolean isRecord(byte[] event) {
    return startsWith(event, 0, START)
        && RECORDS.stream().anyMatch(word -> startsWith(event, START.length, word));
  }

  private static boolean startsWith(byte[] text, int from, byte[] start) {
    int to = from + start.length;
    return text.length >= to && Arrays.equals(text, from, to, start, 0, start.length);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
