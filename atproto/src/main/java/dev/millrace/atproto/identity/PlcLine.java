package dev.millrace.atproto.identity;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.atproto.BadDataException;
import dev.millrace.atproto.syntax.Datetime;
import dev.millrace.atproto.syntax.Did;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One line of a PLC directory's {@code /export}: {@code {did, operation, cid, nullified?,
 * createdAt, seq?}}.
 *
 * @param seq its number, where the directory gives numbers
 * @param nullified whether a later operation made it as if it had never been
 * @param operation not looked at before {@link #document}
 * @see <a href="https://web.plc.directory/spec/v0.1/did-plc">did:plc</a>
 */
public record PlcLine(
    Did did, Instant createdAt, @Nullable Long seq, boolean nullified, JsonNode operation) {
  private static final String METHOD = "did:plc:";
  private static final String DID_KEY = "did:key:";
  private static final String HANDLE = "at://";

  /**
   * Reads who and when.
   *
   * @throws BadDataException reason {@code plc-line}
   */
  public static PlcLine parse(JsonNode line) {
    String did = line.path("did").asText("");
    String createdAt = line.path("createdAt").asText("");
    JsonNode seq = line.path("seq");
    if (!did.startsWith(METHOD) || !Did.isValid(did)) {
      throw new BadDataException("plc-line", "not a did:plc");
    }
    if (!Datetime.isValid(createdAt)) {
      throw new BadDataException("plc-line", "createdAt is no time, of " + did);
    }
    boolean hasNoSeq = seq.isMissingNode() || seq.isNull();
    if (!hasNoSeq && (!seq.isIntegralNumber() || !seq.canConvertToLong() || seq.asLong() < 0)) {
      throw new BadDataException("plc-line", "seq is no number, of " + did);
    }
    return new PlcLine(
        Did.parse(did),
        Datetime.parse(createdAt).instant(),
        hasNoSeq ? null : (Long) seq.asLong(),
        line.path("nullified").asBoolean(false),
        line.path("operation"));
  }

  /**
   * The document that the directory makes of the operation; null if it gives the DID up.
   *
   * @throws BadDataException reason {@code plc-operation}: of no kind that is known here
   */
  public @Nullable DidDocument document() {
    return switch (operation.path("type").asText("")) {
      case "plc_operation" ->
          document(
              operation.path("alsoKnownAs"),
              operation.path("verificationMethods"),
              operation.path("services"));
      case "create" -> first();
      case "plc_tombstone" -> null;
      default -> throw new BadDataException("plc-operation", "of no known type, of " + did);
    };
  }

  /** The first kind of operation, which DIDs of 2022 begin with. */
  private DidDocument first() {
    JsonNodeFactory json = JsonNodeFactory.instance;
    ArrayNode names = json.arrayNode();
    String handle = operation.path("handle").asText("");
    names.add(handle.startsWith(HANDLE) ? handle : HANDLE + handle);
    ObjectNode keys = json.objectNode();
    keys.set("atproto", operation.path("signingKey"));
    String service = operation.path("service").asText("");
    boolean isUrl = service.startsWith("https://") || service.startsWith("http://");
    ObjectNode services = json.objectNode();
    services
        .putObject("atproto_pds")
        .put("type", "AtprotoPersonalDataServer")
        .put("endpoint", isUrl ? service : "https://" + service);
    return document(names, keys, services);
  }

  private DidDocument document(JsonNode names, JsonNode keys, JsonNode services) {
    if (!names.isArray() || !keys.isObject() || !services.isObject()) {
      throw new BadDataException("plc-operation", "without names, keys or services, of " + did);
    }
    ObjectNode document = JsonNodeFactory.instance.objectNode();
    document.put("id", did.value());
    document.set("alsoKnownAs", names);
    ArrayNode methods = document.putArray("verificationMethod");
    keys.properties()
        .forEach(
            key -> {
              String value = key.getValue().asText("");
              methods
                  .addObject()
                  .put("id", did.value() + "#" + key.getKey())
                  .put("type", "Multikey")
                  .put("controller", did.value())
                  .put(
                      "publicKeyMultibase",
                      value.startsWith(DID_KEY) ? value.substring(DID_KEY.length()) : "");
            });
    ArrayNode endpoints = document.putArray("service");
    services
        .properties()
        .forEach(
            service ->
                endpoints
                    .addObject()
                    .put("id", "#" + service.getKey())
                    .put("type", service.getValue().path("type").asText(""))
                    .put("serviceEndpoint", service.getValue().path("endpoint").asText("")));
    return DidDocument.parse(did, document);
  }
}
