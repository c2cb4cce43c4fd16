package dev.millrace.atproto.stream;

import dev.millrace.atproto.cbor.CborReader;
import dev.millrace.atproto.cbor.CborWriter;
import dev.millrace.atproto.cbor.DagCbor;
import dev.millrace.atproto.syntax.Did;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A label, {@code com.atproto.label.defs#label}: what {@code src} says about {@code uri}.
 *
 * @param ver the version of the label format; 1, where it is said
 * @param uri the subject: an AT-URI or a DID
 * @param cid the one version of the subject that is meant
 * @param neg the label is taken back
 * @param cts when it was made, as the labeler wrote it, unchecked
 * @param exp when it ends, as the labeler wrote it, unchecked
 * @param sig 64 bytes over {@code unsigned}
 * @param unsigned the DAG-CBOR of all fields as they were received, without {@code sig}
 * @see <a href="https://atproto.com/specs/label">atproto.com/specs/label</a>
 */
@SuppressWarnings("ArrayRecordComponent") // checked once by LabelSignature, never compared
public record Label(
    @Nullable Long ver,
    Did src,
    String uri,
    @Nullable String cid,
    String val,
    boolean neg,
    String cts,
    @Nullable String exp,
    byte @Nullable [] sig,
    byte[] unsigned) {

  /** A label of version 1 that is still to be signed; {@code neg} is written only if true. */
  public static Label unsigned(
      Did src,
      String uri,
      @Nullable String cid,
      String val,
      boolean neg,
      String cts,
      @Nullable String exp) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("ver", 1L);
    fields.put("src", src.value());
    fields.put("uri", uri);
    fields.put("cid", cid);
    fields.put("val", val);
    fields.put("neg", neg ? true : null);
    fields.put("cts", cts);
    fields.put("exp", exp);
    fields.values().removeIf(value -> value == null);
    return new Label(1L, src, uri, cid, val, neg, cts, exp, null, DagCbor.encode(fields));
  }

  /** The same label with this signature over {@link #unsigned()}. */
  public Label signed(byte[] signature) {
    return new Label(ver, src, uri, cid, val, neg, cts, exp, signature, unsigned);
  }

  static Label read(CborReader reader) {
    Long ver = null;
    Did src = null;
    String uri = null;
    String cid = null;
    String val = null;
    boolean neg = false;
    String cts = null;
    String exp = null;
    byte[] sig = null;
    CborWriter unsignedFields = new CborWriter();
    int fields = reader.beginMap();
    int unsignedCount = fields;
    for (int i = 0; i < fields; i++) {
      int start = reader.position();
      String key = reader.readKey();
      switch (key) {
        case "ver" -> ver = Fields.optionalInteger(reader);
        case "src" -> src = Did.parse(reader.readText());
        case "uri" -> uri = reader.readText();
        case "cid" -> cid = Fields.optionalText(reader);
        case "val" -> val = reader.readText();
        case "neg" -> neg = Fields.optionalBoolean(reader);
        case "cts" -> cts = reader.readText();
        case "exp" -> exp = Fields.optionalText(reader);
        case "sig" -> sig = Fields.optionalBytes(reader);
        default -> reader.skip();
      }
      if (key.equals("sig")) {
        unsignedCount--;
      } else {
        unsignedFields.encoded(reader.copy(start, reader.position()));
      }
    }
    reader.end();
    return new Label(
        ver,
        Fields.required("src", src),
        Fields.required("uri", uri),
        cid,
        Fields.required("val", val),
        neg,
        Fields.required("cts", cts),
        exp,
        sig,
        new CborWriter().map(unsignedCount).encoded(unsignedFields.toBytes()).toBytes());
  }

  /** The DAG-CBOR of all fields, {@code sig} among them. */
  byte[] encoded() {
    if (sig == null) {
      return unsigned;
    }
    CborReader reader = new CborReader(unsigned);
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    for (int left = reader.beginMap(); left > 0; left--) {
      fields.put(reader.readKey(), DagCbor.read(reader));
    }
    fields.put("sig", sig);
    return DagCbor.encode(fields);
  }
}
