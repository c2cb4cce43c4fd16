package dev.millrace.simulator.record;

import dev.millrace.atproto.cbor.CborWriter;
import dev.millrace.atproto.cbor.DagCbor;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Records that a careless PDS would take into a repo. */
public enum BrokenRecords {
  /** An indefinite-length map: CBOR, but not DAG-CBOR. */
  NOT_DAG_CBOR,
  /** A post whose text has a lone surrogate in it, so that it is not UTF-8. */
  LONE_SURROGATE,
  /** A valid post with NUL in its text. */
  NUL_IN_TEXT;

  private static final byte[] INDEFINITE_MAP = {(byte) 0xBF, 0x61, 'a', 0x01, (byte) 0xFF};
  private static final byte[] SURROGATE_TEXT = {
    0x65, 'a', (byte) 0xED, (byte) 0xA0, (byte) 0x80, 'b'
  };

  /** The record, with a time in ISO. */
  public byte[] block(String createdAt) {
    return switch (this) {
      case NOT_DAG_CBOR -> INDEFINITE_MAP.clone();
      case LONE_SURROGATE ->
          new CborWriter()
              .map(3)
              .text("text")
              .encoded(SURROGATE_TEXT)
              .text("$type")
              .text(Collections.POST)
              .text("createdAt")
              .text(createdAt)
              .toBytes();
      case NUL_IN_TEXT ->
          DagCbor.encode(
              Map.of(
                  "$type",
                  Collections.POST,
                  "text",
                  new String(new byte[] {'a', 0, 'b', 0}, StandardCharsets.US_ASCII),
                  "createdAt",
                  createdAt));
    };
  }

  /** Whether a strict decoder can read it. */
  public boolean decodable() {
    return this == NUL_IN_TEXT;
  }
}
