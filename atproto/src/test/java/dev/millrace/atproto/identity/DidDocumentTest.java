package dev.millrace.atproto.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.millrace.atproto.BadDataException;
import dev.millrace.atproto.SharedFixtures;
import dev.millrace.atproto.crypto.Curve;
import dev.millrace.atproto.crypto.PublicKey;
import dev.millrace.atproto.crypto.SigningKey;
import dev.millrace.atproto.syntax.Did;
import dev.millrace.atproto.syntax.Handle;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DidDocumentTest {
  private static final JsonMapper JSON = new JsonMapper();
  private static final Did DID = Did.parse("did:plc:abcdefghijklmnopqrstuvwx");
  private static final PublicKey KEY = key(1);
  private static final PublicKey OTHER_KEY = key(2);

  @Test
  void shouldReadADocumentAsTheDirectoryWritesIt() throws Exception {
    DidDocument document =
        parse(
            """
            {"@context": ["https://www.w3.org/ns/did/v1"], "id": "DID",
             "alsoKnownAs": ["https://example.com", "at://Alice.Example.com", "at://b.example.com"],
             "verificationMethod": [
               {"id": "DID#atproto", "type": "Multikey", "controller": "DID",
                "publicKeyMultibase": "KEY"},
               {"id": "DID#atproto_label", "type": "Multikey", "controller": "DID",
                "publicKeyMultibase": "OTHER"}],
             "service": [
               {"id": "#atproto_pds", "type": "AtprotoPersonalDataServer",
                "serviceEndpoint": "https://pds.example.com/"},
               {"id": "#atproto_labeler", "type": "AtprotoLabeler",
                "serviceEndpoint": "https://labels.example.com:8443"}]}
            """);
    assertThat(document)
        .isEqualTo(
            new DidDocument(
                DID,
                Handle.parse("alice.example.com"),
                URI.create("https://pds.example.com"),
                KEY,
                URI.create("https://labels.example.com:8443"),
                OTHER_KEY));
  }

  @Test
  void shouldReadEveryDocumentOfTheCapturedNetwork() throws Exception {
    try (Stream<Path> files = Files.list(SharedFixtures.path("pds-capture/plc"))) {
      List<Path> documents = files.toList();
      assertThat(documents).hasSizeGreaterThan(20);
      for (Path file : documents) {
        JsonNode json = JSON.readTree(file.toFile());
        DidDocument document = DidDocument.parse(Did.parse(json.path("id").textValue()), json);
        boolean labeler = json.path("service").toString().contains("AtprotoLabeler");
        assertThat(document.handle()).as(file.toString()).isNotNull();
        assertThat(document.signingKey()).as(file.toString()).isNotNull();
        assertThat(document.pds()).hasToString(json.at("/service/0/serviceEndpoint").textValue());
        assertThat(document.labeler() != null).isEqualTo(labeler);
        assertThat(document.labelKey() != null).isEqualTo(labeler);
      }
    }
  }

  @Test
  void shouldReadADocumentOfProduction() throws Exception {
    Did did = Did.parse("did:plc:wqgdnqlv2mwiio6pfchwtrff");
    JsonNode json = JSON.readTree(SharedFixtures.path("real/greenground.didDoc.json").toFile());
    assertThat(DidDocument.parse(did, json))
        .isEqualTo(
            new DidDocument(
                did,
                Handle.parse("greenground.bsky.social"),
                URI.create("https://bsky.social"),
                // the same key in both writings, from the specification
                PublicKey.parseMultikey("zQ3shXjHeiBuRCKmM36cuYnm7YEMzhGnCmCyW92sRJ9pribSF"),
                null,
                null));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'id': 'DID'}",
        "{'id': 'DID', 'alsoKnownAs': null, 'verificationMethod': null, 'service': null}",
        "{'id': 'DID', 'alsoKnownAs': 'at://a.example', 'service': 1, 'verificationMethod': {}}",
        "{'id': 'DID', 'alsoKnownAs': [1, null, 'at://', 'at://x', 'at://a.example/path'],"
            + " 'service': [1, null, [], {}], 'verificationMethod': ['#atproto', {'id': 5}]}",
        "{'id': 'DID', 'verificationMethod': {'a': {'id': '#other'}}, 'service': {'a': 'b'}}"
      })
  void shouldTolerateUnknownShapes(String json) throws Exception {
    assertThat(parse(json.replace('\'', '"')))
        .isEqualTo(new DidDocument(DID, null, null, null, null, null));
  }

  @ParameterizedTest
  @CsvSource({
    "#atproto, Multikey, DID, KEY, true",
    "DID#atproto, Multikey, DID, KEY, true",
    "DID#atproto, Multikey, did:plc:other, KEY, false",
    "did:plc:other#atproto, Multikey, DID, KEY, false",
    "#atproto2, Multikey, DID, KEY, false",
    "#atproto, JsonWebKey2020, DID, KEY, false",
    "#atproto, EcdsaSecp256k1VerificationKey2019, DID, KEY, false",
    "#atproto, Multikey, DID, zzzz, false",
    "#atproto, Multikey, DID, , false"
  })
  void shouldTakeOnlyAKeyThatIsUsable(
      String id, String type, String controller, @Nullable String multibase, boolean usable)
      throws Exception {
    String method =
        "{\"id\":\"%s\",\"type\":\"%s\",\"controller\":\"%s\",\"publicKeyMultibase\":%s}"
            .formatted(id, type, controller, multibase == null ? "7" : "\"" + multibase + "\"");
    DidDocument document = parse("{\"id\":\"DID\",\"verificationMethod\":[" + method + "]}");
    assertThat(document.signingKey()).isEqualTo(usable ? KEY : null);
  }

  @Test
  void shouldTakeTheFirstKeyThatIsUsableAndTheFirstMatchingService() throws Exception {
    DidDocument document =
        parse(
            """
            {"id": "DID",
             "verificationMethod": [
               {"id": "#atproto", "type": "Multikey", "publicKeyMultibase": "zBroken0"},
               {"id": "#atproto", "type": "Multikey", "publicKeyMultibase": "OTHER"},
               {"id": "#atproto", "type": "Multikey", "publicKeyMultibase": "KEY"}],
             "service": [
               {"id": "#atproto_pds", "type": "Else", "serviceEndpoint": "https://no.example.com"},
               {"id": "DID#atproto_pds", "type": "AtprotoPersonalDataServer",
                "serviceEndpoint": "https://first.example.com"},
               {"id": "#atproto_pds", "type": "AtprotoPersonalDataServer",
                "serviceEndpoint": "https://second.example.com"}]}
            """);
    assertThat(document.signingKey()).isEqualTo(OTHER_KEY);
    assertThat(document.pds()).hasToString("https://first.example.com");
  }

  @ParameterizedTest
  @CsvSource({
    "https://PDS.Example.com, https://pds.example.com",
    "https://pds.example.com:443/, https://pds.example.com",
    "https://pds.example.com/path?q=1#f, https://pds.example.com",
    "http://localhost:2583, http://localhost:2583",
    "https://[2606:4700::1111]:8443, https://[2606:4700::1111]:8443",
    "https://user:secret@pds.example.com,",
    "https://user@pds.example.com,",
    "https://pds_1.example.com,",
    "https://a{b.example,",
    "https://a^b|c.example,",
    "ftp://pds.example.com,",
    "pds.example.com,",
    "https://,",
    "'',"
  })
  void shouldReduceAnEndpointToItsOrigin(String endpoint, @Nullable String origin)
      throws Exception {
    DidDocument document =
        parse(
            """
            {"id": "DID", "service": [
              {"id": "#atproto_pds", "type": "AtprotoPersonalDataServer",
               "serviceEndpoint": "ENDPOINT"}]}
            """
                .replace("ENDPOINT", endpoint));
    assertThat(document.pds()).isEqualTo(origin == null ? null : URI.create(origin));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"{}", "[]", "null", "\"DID\"", "{\"id\":7}", "{\"id\":\"did:plc:other\"}"})
  void shouldRefuseADocumentOfAnotherDid(String json) {
    assertThatThrownBy(() -> parse(json))
        .isInstanceOfSatisfying(
            BadDataException.class, e -> assertThat(e.reason()).isEqualTo("did-document"));
  }

  private static DidDocument parse(String json) throws Exception {
    return DidDocument.parse(
        DID,
        JSON.readTree(
            json.replace("DID", DID.value())
                .replace("KEY", KEY.toMultikey())
                .replace("OTHER", OTHER_KEY.toMultikey())));
  }

  private static PublicKey key(int seed) {
    byte[] secret = new byte[32];
    secret[31] = (byte) seed;
    return SigningKey.of(Curve.SECP256K1, secret).publicKey();
  }
}
