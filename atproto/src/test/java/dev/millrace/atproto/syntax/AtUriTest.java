package dev.millrace.atproto.syntax;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class AtUriTest {

  @Test
  void shouldGiveItsParts() {
    AtUri uri = AtUri.parse("at://did:plc:abc/app.bsky.feed.post/3k");
    assertThat(uri.authority().isDid()).isTrue();
    assertThat(uri.collection()).isEqualTo(Nsid.parse("app.bsky.feed.post"));
    assertThat(uri.recordKey()).isEqualTo(RecordKey.parse("3k"));
    assertThat(
            AtUri.of(
                Did.parse("did:plc:abc"), Nsid.parse("app.bsky.feed.post"), new RecordKey("3k")))
        .isEqualTo(uri);
  }

  @Test
  void shouldLeaveOutWhatIsNotThere() {
    AtUri uri = AtUri.parse("at://alice.test");
    assertThat(uri.authority().isDid()).isFalse();
    assertThat(uri.collection()).isNull();
    assertThat(uri.recordKey()).isNull();
  }

  @Test
  void shouldRefuseARecordKeyWithoutACollection() {
    assertThatThrownBy(() -> new AtUri(new AtIdentifier("a.test"), null, new RecordKey("k")))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
