package dev.millrace.connectors.sink.collection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.atproto.BadDataException;
import dev.millrace.atproto.lexicon.RecordValidator;
import dev.millrace.schema.event.RawJson;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class CollectionsTest {
  private static final String CHAT = "chat.bsky.actor.declaration";

  private final Collections collections = Collections.indexed();

  private NewRecord read(String collection, String json) {
    String uri = "at://did:plc:alice/" + collection + "/self";
    return collections.read(uri, "cid", "did:plc:alice", collection, "self", RawJson.of(json));
  }

  /** A collection that were not known would have no row at all. */
  @Test
  void shouldKnowEveryCollectionThatHasCounters() {
    assertThat(
            RecordValidator.bundled().collections().stream()
                .map(collections::get)
                .filter(Objects::nonNull)
                .flatMap(own -> own.counters().stream()))
        .containsExactlyInAnyOrderElementsOf(collections.counters());
  }

  static Stream<String> checked() {
    return RecordValidator.bundled().collections().stream().filter(nsid -> !nsid.equals(CHAT));
  }

  @ParameterizedTest
  @MethodSource("checked")
  void shouldRefuseARecordOfAnyCollectionThatTheAppViewChecks(String collection) {
    assertThat(Collections.isKnown(collection)).isTrue();
    assertThatThrownBy(() -> read(collection, "{}"))
        .isInstanceOfSatisfying(
            BadDataException.class,
            refusal -> assertThat(refusal.reason()).isEqualTo("invalid-record"));
  }

  @ParameterizedTest
  @ValueSource(strings = {CHAT, "com.example.thing"})
  void shouldNotCheckWhatTheAppViewDoesNot(String collection) {
    assertThatCode(() -> read(collection, "{}")).doesNotThrowAnyException();
  }

  @Test
  void shouldRefuseTextThatCannotBeStoredWhateverTheCollection() {
    assertThatThrownBy(() -> read("com.example.thing", "{\"a\":\"\0\"}"))
        .isInstanceOf(BadDataException.class)
        .hasMessageContaining("NUL");
  }
}
