package dev.millrace.connectors.labels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.millrace.atproto.crypto.Curve;
import dev.millrace.atproto.crypto.SigningKey;
import dev.millrace.atproto.stream.Label;
import dev.millrace.atproto.stream.LabelsMessage;
import dev.millrace.atproto.stream.StreamClient;
import dev.millrace.atproto.stream.StreamLimits;
import dev.millrace.atproto.syntax.Did;
import dev.millrace.atproto.xrpc.AddressGuard;
import dev.millrace.connectors.ingest.FakeHost;
import dev.millrace.connectors.ingest.FakeIdentities;
import dev.millrace.connectors.ingest.IngestPart;
import dev.millrace.connectors.kafka.Cluster;
import dev.millrace.schema.event.CursorValue;
import dev.millrace.schema.event.DeadLetter;
import dev.millrace.schema.event.EventCodec;
import dev.millrace.schema.event.LabelEvent;
import dev.millrace.schema.topic.Topic;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import okhttp3.OkHttpClient;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LabelProducerIT {
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final String CTS = "2026-01-02T03:04:05.000Z";
  private static final String SUBJECT = "did:plc:subjectsubjectsubjectsu";
  private static final String POST = "at://" + SUBJECT + "/app.bsky.feed.post/one";
  private static final Cluster cluster = Cluster.start();

  private final FakeHost labeler = new FakeHost();
  private final FakeIdentities identities = new FakeIdentities();
  private final Did src = Did.parse("did:plc:labelerlabelerlabelerla");
  private final List<IngestPart> producers = new ArrayList<>();

  @BeforeEach
  void publishLabeler() {
    identities.labels(src, labeler.host().http().toString(), key(1).publicKey());
  }

  @AfterEach
  void stopProducers() {
    producers.forEach(producer -> producer.close(Duration.ofSeconds(10)));
    labeler.close();
  }

  @AfterAll
  static void stopCluster() {
    cluster.close();
  }

  private static SigningKey key(int seed) {
    byte[] secret = new byte[32];
    Arrays.fill(secret, (byte) seed);
    return SigningKey.of(Curve.SECP256K1, secret);
  }

  private void start() {
    producers.add(
        LabelProducer.start(
            LabelOptions.of(labeler.host()),
            cluster.connection(),
            new StreamClient(
                AddressGuard.of(true).install(new OkHttpClient.Builder()).build(),
                StreamLimits.DEFAULT),
            identities,
            new SimpleMeterRegistry()));
  }

  private static Label signed(Label label, SigningKey key) {
    return label.signed(key.sign(label.unsigned()));
  }

  private Label label(String uri, String val) {
    return Label.unsigned(src, uri, null, val, false, CTS, null);
  }

  private void send(long seq, Label... labels) {
    labeler.send(new LabelsMessage(seq, List.of(labels)));
  }

  private List<ConsumerRecord<byte[], byte[]>> records() {
    return cluster.records(Topic.LABEL_LIVE).stream()
        .filter(record -> event(record).host().equals(labeler.host().name()))
        .toList();
  }

  private static LabelEvent event(ConsumerRecord<byte[], byte[]> record) {
    return EventCodec.decodeLabel(record.value());
  }

  private List<String> values() {
    return records().stream().map(record -> event(record).val()).toList();
  }

  private List<String> reasons() {
    return cluster.deadLetters().stream()
        .filter(letter -> labeler.host().name().equals(letter.host()))
        .map(DeadLetter::reason)
        .toList();
  }

  private void awaitCursor(String cursor) {
    await().atMost(SOON).until(() -> cursor.equals(cursor()));
  }

  private @Nullable String cursor() {
    return cluster.cursor("labels:" + labeler.host()).map(CursorValue::cursor).orElse(null);
  }

  @Test
  void shouldReadALabelerFromItsFirstLabelAndKeyLabelsByTheirSubject() {
    Label full =
        Label.unsigned(src, POST, "bafyreifirst", "spam", true, CTS, "2027-01-02T03:04:05.000Z");
    send(3, signed(full, key(1)), signed(label(SUBJECT, "rude"), key(1)));
    start();
    awaitCursor("3");
    assertThat(labeler.cursors()).containsExactly("0");
    assertThat(records())
        .extracting(record -> new String(record.key(), StandardCharsets.UTF_8))
        .containsExactly(SUBJECT, SUBJECT);
    assertThat(event(records().get(0)))
        .isEqualTo(
            new LabelEvent(
                3,
                labeler.host().name(),
                src.value(),
                POST,
                "bafyreifirst",
                "spam",
                true,
                CTS,
                "2027-01-02T03:04:05.000Z"));
    assertThat(reasons()).isEmpty();
  }

  @Test
  void shouldSetAsideALabelThatIsNotSignedByItsSourceAndKeepTheOthersOfItsMessage() {
    send(
        1,
        signed(label(POST, "forged"), key(9)),
        label(POST, "unsigned"),
        signed(label(POST, "good"), key(1)));
    start();
    awaitCursor("1");
    assertThat(values()).containsExactly("good");
    assertThat(reasons()).containsExactly("signature", "signature");
    assertThat(identities.refreshes()).isEqualTo(1);
  }

  @Test
  void shouldBelieveAKeyThatWasReplaced() {
    send(1, signed(label(POST, "old"), key(1)));
    start();
    awaitCursor("1");
    identities.labels(src, labeler.host().http().toString(), key(2).publicKey());
    send(2, signed(label(POST, "new"), key(2)));
    awaitCursor("2");
    assertThat(values()).containsExactly("old", "new");
    assertThat(reasons()).isEmpty();
  }

  @Test
  void shouldSetAsideLabelsOfASourceThatNamesAnotherLabelerOrNone() {
    Did elsewhere = Did.parse("did:plc:elsewhereelsewhereelsewh");
    Did unknown = Did.parse("did:plc:unknownunknownunknownunk");
    identities.labels(elsewhere, "https://other.example", key(3).publicKey());
    send(
        1,
        signed(Label.unsigned(elsewhere, POST, null, "a", false, CTS, null), key(3)),
        signed(Label.unsigned(unknown, POST, null, "b", false, CTS, null), key(3)));
    send(2, signed(label(POST, "good"), key(1)));
    start();
    awaitCursor("2");
    assertThat(values()).containsExactly("good");
    assertThat(reasons()).containsExactlyInAnyOrder("label-source", "did-not-found");
  }

  @Test
  void shouldSetAsideMalformedLabelsAndFramesAndGoOn() {
    send(1, signed(label("https://example.com", "no-subject"), key(1)));
    send(
        2,
        signed(Label.unsigned(src, POST, null, "v", false, "yesterday", null), key(1)),
        signed(Label.unsigned(src, POST, "x".repeat(5_000), "v", false, CTS, null), key(1)));
    labeler.sendText("hello");
    labeler.sendFrame(null, new byte[] {1, 2, 3});
    send(3, signed(label(POST, "good"), key(1)));
    start();
    awaitCursor("3");
    assertThat(values()).containsExactly("good");
    assertThat(reasons()).containsExactlyInAnyOrder("label", "label", "label", "frame", "frame");
  }

  @Test
  void shouldAskPastACacheThatRemembersAFailure() {
    identities.cacheFailure(src);
    send(1, signed(label(POST, "good"), key(1)));
    start();
    awaitCursor("1");
    assertThat(values()).containsExactly("good");
    assertThat(identities.refreshes()).isEqualTo(1);
  }

  @Test
  void shouldGoOnAfterItsCursor() {
    start();
    send(1, signed(label(POST, "one"), key(1)));
    awaitCursor("1");
    producers.get(0).close(Duration.ofSeconds(10));
    send(2, signed(label(POST, "two"), key(1)));
    start();
    awaitCursor("2");
    assertThat(labeler.cursors()).containsExactly("0", "1");
    assertThat(values()).containsExactly("one", "two");
  }

  @Test
  void shouldFindTheHostOfALabelerByItsDid() throws Exception {
    assertThat(LabelerHosts.find(src.value(), identities)).isEqualTo(labeler.host());
    assertThat(LabelerHosts.find("https://mod.example", identities).name())
        .isEqualTo("mod.example");
    Did plain = Did.parse("did:plc:plainplainplainplainplai");
    identities.labels(plain, null, key(4).publicKey());
    assertThatThrownBy(() -> LabelerHosts.find(plain.value(), identities))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("is not a labeler");
  }
}
