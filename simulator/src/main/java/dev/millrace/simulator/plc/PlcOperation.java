package dev.millrace.simulator.plc;

import dev.millrace.atproto.cbor.DagCbor;
import dev.millrace.atproto.cid.Cid;
import dev.millrace.atproto.crypto.SigningKey;
import dev.millrace.atproto.syntax.Did;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A signed operation.
 *
 * @param content as the directory exports it, {@code sig} included
 * @param cid of the signed operation, which the next one names as {@code prev}
 * @see <a href="https://web.plc.directory/spec/v0.1/did-plc">did:plc</a>
 */
public record PlcOperation(Map<String, @Nullable Object> content, Cid cid) {
  private static final int DID_CHARACTERS = 24;

  /** What an identity is at a moment: names without {@code at://}, keys as {@code did:key}. */
  public record State(
      String handle,
      String pdsEndpoint,
      String signingKey,
      @Nullable String labelerEndpoint,
      @Nullable String labelKey) {}

  /** An operation after another, or the first one. */
  public static PlcOperation sign(State state, @Nullable Cid prev, SigningKey rotationKey) {
    Map<String, @Nullable Object> content = new LinkedHashMap<>();
    content.put("type", "plc_operation");
    content.put("rotationKeys", List.of(rotationKey.publicKey().toDidKey()));
    content.put("verificationMethods", verificationMethods(state));
    content.put("alsoKnownAs", List.of("at://" + state.handle()));
    content.put("services", services(state));
    content.put("prev", prev == null ? null : prev.toString());
    byte[] signature = rotationKey.sign(DagCbor.encode(content));
    content.put("sig", Base64.getUrlEncoder().withoutPadding().encodeToString(signature));
    return new PlcOperation(content, Cid.dagCbor(DagCbor.encode(content)));
  }

  private static Map<String, Object> verificationMethods(State state) {
    Map<String, Object> methods = new LinkedHashMap<>();
    methods.put("atproto", state.signingKey());
    if (state.labelKey() != null) {
      methods.put("atproto_label", state.labelKey());
    }
    return methods;
  }

  private static Map<String, Object> services(State state) {
    Map<String, Object> services = new LinkedHashMap<>();
    services.put(
        "atproto_pds",
        Map.of("type", "AtprotoPersonalDataServer", "endpoint", state.pdsEndpoint()));
    if (state.labelerEndpoint() != null) {
      services.put(
          "atproto_labeler", Map.of("type", "AtprotoLabeler", "endpoint", state.labelerEndpoint()));
    }
    return services;
  }

  /** The DID whose first operation this is: from its hash, which the CID holds. */
  public Did did() {
    byte[] hash = Arrays.copyOfRange(cid.toBytes(), 4, 36);
    return Did.parse("did:plc:" + base32(hash).substring(0, DID_CHARACTERS));
  }

  private static String base32(byte[] bytes) {
    String alphabet = "abcdefghijklmnopqrstuvwxyz234567";
    StringBuilder text = new StringBuilder();
    int pending = 0;
    int bits = 0;
    for (byte b : bytes) {
      pending = ((pending << 8) | (b & 0xFF)) & 0xFFFF;
      bits += 8;
      while (bits >= 5) {
        bits -= 5;
        text.append(alphabet.charAt((pending >>> bits) & 31));
      }
    }
    return text.toString();
  }
}
