package dev.millrace.atproto.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.atproto.BadDataException;
import java.net.URI;
import java.time.Instant;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlcLineTest {
  private static final String KEY = "did:key:zQ3shokFTS3brHcDQrn82RUDfCZESWL1ZdCEJwekUDPQiYBme";
  private static final String DID = "did:plc:ewvi7nxzyoun6zhxrhs64oiz";

  private static JsonNode json(String text) throws Exception {
    return new ObjectMapper().readTree(text.replace('\'', '"'));
  }

  private static PlcLine line(String operation) throws Exception {
    return PlcLine.parse(
        json(
            "{'did':'%s','operation':%s,'cid':'c','nullified':false,'createdAt':'2023-03-01T10:20:30.123Z'}"
                .formatted(DID, operation)));
  }

  @Test
  void shouldMakeTheDocumentThatTheDirectoryMakes() throws Exception {
    PlcLine line =
        line(
            """
            {'type':'plc_operation','rotationKeys':['%s'],'prev':null,'sig':'s',
             'verificationMethods':{'atproto':'%s','atproto_label':'%s'},
             'alsoKnownAs':['https://x.test','at://Alice.Test'],
             'services':{'atproto_pds':{'type':'AtprotoPersonalDataServer','endpoint':'https://pds.test/'},
                         'atproto_labeler':{'type':'AtprotoLabeler','endpoint':'https://mod.test'}}}"""
                .formatted(KEY, KEY, KEY));
    JsonNode directory =
        json(
            """
            {'id':'%s','alsoKnownAs':['https://x.test','at://Alice.Test'],
             'verificationMethod':[
               {'id':'%s#atproto','type':'Multikey','controller':'%s','publicKeyMultibase':'%s'},
               {'id':'%s#atproto_label','type':'Multikey','controller':'%s','publicKeyMultibase':'%s'}],
             'service':[
               {'id':'#atproto_pds','type':'AtprotoPersonalDataServer','serviceEndpoint':'https://pds.test/'},
               {'id':'#atproto_labeler','type':'AtprotoLabeler','serviceEndpoint':'https://mod.test'}]}"""
                .formatted(DID, DID, DID, KEY.substring(8), DID, DID, KEY.substring(8)));
    DidDocument document = Objects.requireNonNull(line.document());
    assertThat(document).isEqualTo(DidDocument.parse(line.did(), directory));
    assertThat(document.handle()).hasToString("alice.test");
    assertThat(line.createdAt()).isEqualTo(Instant.parse("2023-03-01T10:20:30.123Z"));
    assertThat(line.seq()).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"https://pds.test", "pds.test"})
  void shouldReadTheFirstKindOfOperation(String service) throws Exception {
    DidDocument document =
        Objects.requireNonNull(
            line("{'type':'create','signingKey':'%s','recoveryKey':'%s','handle':'old.test','service':'%s','prev':null,'sig':'s'}"
                    .formatted(KEY, KEY, service))
                .document());
    assertThat(document.handle()).hasToString("old.test");
    assertThat(document.pds()).isEqualTo(URI.create("https://pds.test"));
    assertThat(Objects.requireNonNull(document.signingKey()).toDidKey()).isEqualTo(KEY);
  }

  @Test
  void shouldHaveNoDocumentOfATombstone() throws Exception {
    assertThat(line("{'type':'plc_tombstone','prev':'c','sig':'s'}").document()).isNull();
  }

  @Test
  void shouldLeaveOutAKeyThatIsNone() throws Exception {
    DidDocument document =
        line("{'type':'plc_operation','verificationMethods':{'atproto':'nokey'},'alsoKnownAs':[],'services':{}}")
            .document();
    assertThat(document).isEqualTo(new DidDocument(line("{}").did(), null, null, null, null, null));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{'type':'plc_novelty'}",
        "{'type':'plc_operation'}",
        "{'type':'plc_operation','verificationMethods':[],'alsoKnownAs':[],'services':{}}",
        "'text'"
      })
  void shouldRefuseAnOperationOfNoKnownKind(String operation) throws Exception {
    PlcLine line = line(operation);
    assertThatThrownBy(line::document)
        .isInstanceOfSatisfying(
            BadDataException.class, e -> assertThat(e.reason()).isEqualTo("plc-operation"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[]",
        "{}",
        "{'did':'did:web:x.test','operation':{},'createdAt':'2023-03-01T10:20:30.123Z'}",
        "{'did':'did:plc:ewvi7nxzyoun6zhxrhs64oiz','operation':{},'createdAt':'yesterday'}",
        "{'did':'did:plc:ewvi7nxzyoun6zhxrhs64oiz','operation':{},'createdAt':'2023-03-01T10:20:30.123Z','seq':'7'}",
        "{'did':'did:plc:ewvi7nxzyoun6zhxrhs64oiz','operation':{},'createdAt':'2023-03-01T10:20:30.123Z','seq':99999999999999999999}"
      })
  void shouldRefuseALineWithoutItsPlace(String line) throws Exception {
    JsonNode json = json(line);
    assertThatThrownBy(() -> PlcLine.parse(json))
        .isInstanceOfSatisfying(
            BadDataException.class, e -> assertThat(e.reason()).isEqualTo("plc-line"));
  }

  @Test
  void shouldReadTheNumberAndWhatIsNullified() throws Exception {
    PlcLine line =
        PlcLine.parse(
            json(
                "{'did':'%s','operation':{},'nullified':true,'createdAt':'2023-03-01T10:20:30Z','seq':77}"
                    .formatted(DID)));
    assertThat(line.seq()).isEqualTo(77);
    assertThat(line.nullified()).isTrue();
  }
}
