package dev.millrace.atproto.identity;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.atproto.BadDataException;
import dev.millrace.atproto.crypto.PublicKey;
import dev.millrace.atproto.syntax.Did;
import dev.millrace.atproto.syntax.Handle;
import java.net.URI;
import java.net.URISyntaxException;
import okhttp3.HttpUrl;
import org.jspecify.annotations.Nullable;

/**
 * What the protocol takes from a DID document. What is absent or unusable is null; what is unknown
 * is ignored.
 *
 * @param handle the first well-formed {@code at://} name, in lower case; a claim, not yet verified
 * @param pds where the repo is: scheme, host and port, no trailing slash
 * @param signingKey {@code #atproto}: signs commits
 * @param labeler where labels are, if the account is a labeler
 * @param labelKey {@code #atproto_label}: signs labels
 */
public record DidDocument(
    Did did,
    @Nullable Handle handle,
    @Nullable URI pds,
    @Nullable PublicKey signingKey,
    @Nullable URI labeler,
    @Nullable PublicKey labelKey) {
  private static final String HANDLE_SCHEME = "at://";

  /**
   * Reads a document that was asked for under this DID.
   *
   * @throws BadDataException reason {@code did-document}: no object, or of another DID
   */
  public static DidDocument parse(Did did, JsonNode json) {
    if (!json.isObject()) {
      throw new BadDataException("did-document", "not an object, asked for " + did);
    }
    if (!did.value().equals(json.path("id").textValue())) {
      throw new BadDataException("did-document", "of another DID than " + did);
    }
    return new DidDocument(
        did,
        handle(json.path("alsoKnownAs")),
        endpoint(did, json.path("service"), "#atproto_pds", "AtprotoPersonalDataServer"),
        key(did, json.path("verificationMethod"), "#atproto"),
        endpoint(did, json.path("service"), "#atproto_labeler", "AtprotoLabeler"),
        key(did, json.path("verificationMethod"), "#atproto_label"));
  }

  private static @Nullable Handle handle(JsonNode names) {
    for (JsonNode name : names) {
      String text = name.asText("");
      if (text.startsWith(HANDLE_SCHEME)
          && Handle.isValid(text.substring(HANDLE_SCHEME.length()))) {
        return Handle.parse(text.substring(HANDLE_SCHEME.length())).normalized();
      }
    }
    return null;
  }

  private static @Nullable PublicKey key(Did did, JsonNode methods, String fragment) {
    for (JsonNode method : methods) {
      JsonNode controller = method.path("controller");
      boolean own = controller.isMissingNode() || did.value().equals(controller.textValue());
      if (own && hasId(did, method, fragment)) {
        PublicKey key = key(method.path("type").asText(""), method.path("publicKeyMultibase"));
        if (key != null) {
          return key;
        }
      }
    }
    return null;
  }

  private static @Nullable PublicKey key(String type, JsonNode multibase) {
    if (!multibase.isTextual()) {
      return null;
    }
    try {
      return type.equals("Multikey")
          ? PublicKey.parseMultikey(multibase.textValue())
          : PublicKey.parseLegacy(type, multibase.textValue());
    } catch (BadDataException e) {
      return null; // as if the document had no such key: the account is broken, the document is not
    }
  }

  private static @Nullable URI endpoint(Did did, JsonNode services, String fragment, String type) {
    for (JsonNode service : services) {
      if (hasId(did, service, fragment) && type.equals(service.path("type").textValue())) {
        return origin(service.path("serviceEndpoint").textValue());
      }
    }
    return null;
  }

  /** The id is written out or relative; the same fragment of another DID is another thing. */
  private static boolean hasId(Did did, JsonNode entry, String fragment) {
    String id = entry.path("id").asText("");
    return id.equals(fragment) || id.equals(did.value() + fragment);
  }

  private static @Nullable URI origin(@Nullable String endpoint) {
    HttpUrl url = endpoint == null ? null : HttpUrl.parse(endpoint);
    if (url == null || !url.username().isEmpty() || !url.password().isEmpty()) {
      return null;
    }
    HttpUrl origin =
        new HttpUrl.Builder().scheme(url.scheme()).host(url.host()).port(url.port()).build();
    String text = origin.toString();
    try {
      URI uri = new URI(text.substring(0, text.length() - 1));
      return uri.getHost() == null ? null : uri;
    } catch (URISyntaxException e) {
      // A host name that one of the two readers admits and the other does not.
      return null;
    }
  }
}
