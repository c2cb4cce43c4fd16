package dev.millrace.atproto.stream;

import dev.millrace.atproto.BadDataException;
import dev.millrace.atproto.cbor.CborReader;
import dev.millrace.atproto.cbor.CborType;
import dev.millrace.atproto.syntax.Did;
import org.jspecify.annotations.Nullable;

/**
 * What a bad frame was about, as far as it can be told: enough to name the repository that must be
 * fetched instead. Canonical key order puts these fields before the blocks, so a frame that was cut
 * or has one wrong field still tells them.
 *
 * @param type the header's {@code t}
 * @param seq its sequence number, as the host claims
 * @param did the account in {@code did} or {@code repo}, as the host claims
 */
public record FrameSubject(@Nullable String type, @Nullable Long seq, @Nullable Did did) {

  /** Never throws; what cannot be told is null. */
  public static FrameSubject of(byte[] frame) {
    Search search = new Search();
    try {
      CborReader reader = new CborReader(frame);
      search.map(reader);
      search.map(reader);
    } catch (BadDataException e) {
      // The frame is known to be bad and has been reported; what came before the flaw is the
      // answer.
      return search.found();
    }
    return search.found();
  }

  private static final class Search {
    private @Nullable String type;
    private @Nullable Long seq;
    private @Nullable Did did;

    private void map(CborReader reader) {
      for (int left = reader.beginMap(); left > 0; left--) {
        String key = reader.readKey();
        CborType value = reader.peek();
        if (value == CborType.TEXT && key.equals("t")) {
          type = reader.readText();
        } else if (value == CborType.TEXT && (key.equals("did") || key.equals("repo"))) {
          String text = reader.readText();
          did = Did.isValid(text) ? Did.parse(text) : null;
        } else if (value == CborType.INTEGER && key.equals("seq")) {
          seq = reader.readInteger();
        } else {
          reader.skip();
        }
      }
      reader.end();
    }

    private FrameSubject found() {
      return new FrameSubject(type, seq, did);
    }
  }
}
