package dev.millrace.app.compare;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.atproto.cbor.JsonToCbor;
import dev.millrace.atproto.cid.Cid;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class HeldRecordTest {
  private static final String JSON = "{\"text\":\"hello\",\"n\":1}";
  private static final String CID =
      Cid.dagCbor(JsonToCbor.encode(JSON.getBytes(StandardCharsets.UTF_8))).toString();

  @Test
  void shouldHashWhatIsHeldAndNotBelieveTheCidBesideIt() {
    assertThat(new HeldRecord(CID, JSON).isWhatItsCidSays()).isTrue();
    assertThat(new HeldRecord(CID, JSON.replace("hello", "hullo")).isWhatItsCidSays()).isFalse();
    assertThat(new HeldRecord(CID, "{").isWhatItsCidSays()).isFalse();
  }
}
