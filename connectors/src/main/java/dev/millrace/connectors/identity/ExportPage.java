package dev.millrace.connectors.identity;

import dev.millrace.atproto.BadDataException;
import dev.millrace.atproto.identity.PlcLine;
import dev.millrace.atproto.xrpc.JsonBody;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One answer of {@code /export}: a JSON object a line. */
record ExportPage(List<Line> lines) {
  /** An operation has at most 7,500 bytes, as text not much more. */
  static final int MOST_LINE_CHARS = 64 * 1024;

  /**
   * A line.
   *
   * @param read null where it says neither whose it is nor when
   * @param problem why
   */
  record Line(String text, @Nullable PlcLine read, @Nullable BadDataException problem) {
    static Line of(String text, String host) {
      try {
        if (text.length() > MOST_LINE_CHARS) {
          throw new BadDataException("too-big", "a line of " + text.length() + " characters");
        }
        byte[] json = text.getBytes(StandardCharsets.UTF_8);
        return new Line(text, PlcLine.parse(JsonBody.read(json, host)), null);
      } catch (BadDataException e) {
        return new Line(text, null, e);
      }
    }

    /** Of its text: the same line comes again where pages overlap. */
    long hash() {
      try {
        byte[] hash =
            MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        return ByteBuffer.wrap(hash).getLong();
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("every JDK has SHA-256", e);
      }
    }
  }

  static ExportPage of(String body, String host) {
    List<Line> lines = new ArrayList<>();
    body.lines().filter(text -> !text.isBlank()).forEach(text -> lines.add(Line.of(text, host)));
    return new ExportPage(lines);
  }

  /** Its last operation's; the beginning if no line of it can be placed. */
  ExportPosition end() {
    Long seq = null;
    Instant time = null;
    boolean isNumbered = true;
    for (Line line : lines) {
      PlcLine read = line.read();
      if (read != null) {
        isNumbered &= read.seq() != null;
        seq = read.seq() == null || (seq != null && seq > read.seq()) ? seq : read.seq();
        time = time != null && time.isAfter(read.createdAt()) ? time : read.createdAt();
      }
    }
    return isNumbered && seq != null
        ? new ExportPosition(seq, null)
        : new ExportPosition(null, time);
  }
}
