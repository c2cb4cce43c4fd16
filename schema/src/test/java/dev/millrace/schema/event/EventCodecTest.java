package dev.millrace.schema.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.atproto.BadDataException;
import dev.millrace.schema.topic.Topic;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventCodecTest {
  private static final String DID = "did:plc:aaaaaaaaaaaaaaaaaaaaaaaa";
  private static final String TIME = "2026-01-02T03:04:05.678Z";
  private static final RawJson RECORD = RawJson.of("{\"text\":\"hello\"}");

  @Test
  void shouldWriteTheJsonOfTheDesign() {
    assertThat(text(EventCodec.encode(create(RECORD))))
        .isEqualTo(
            """
            {"type":"create","seq":7,"time":"2026-01-02T03:04:05.678Z",\
            "did":"did:plc:aaaaaaaaaaaaaaaaaaaaaaaa","host":"relay.example","commit":"bafyc",\
            "rev":"3kaaaaaaaaaa2","collection":"app.bsky.feed.post","rkey":"3k","cid":"bafyr",\
            "sig":"unchecked","record":{"text":"hello"}}""");
    SnapshotRef snapshot = new SnapshotRef("a1", 42);
    assertThat(
            text(
                EventCodec.encode(
                    new SnapshotEvent(TIME, DID, null, "bafyc", "3k", snapshot, Scope.FULL, 5))))
        .isEqualTo(
            """
            {"type":"repo","seq":-1,"time":"2026-01-02T03:04:05.678Z",\
            "did":"did:plc:aaaaaaaaaaaaaaaaaaaaaaaa","commit":"bafyc","rev":"3k",\
            "snapshot":"a1","scope":"full","count":5,"livePos":42}""");
    assertThat(
            text(
                EventCodec.encode(
                    new RepoRequest(
                        DID, "user", Scope.ofCollections(List.of("a.b.c")), null, null, TIME))))
        .isEqualTo(
            """
            {"did":"did:plc:aaaaaaaaaaaaaaaaaaaaaaaa","reason":"user","scope":"partial",\
            "collections":["a.b.c"],"requestedAt":"2026-01-02T03:04:05.678Z"}""");
  }

  @Test
  void shouldReadBackWhateverWasWritten() {
    Random random = new Random(20260102);
    for (int i = 0; i < 20_000; i++) {
      RepoEvent event = anyRepoEvent(random);
      assertThat(EventCodec.decode(EventCodec.encode(event))).isEqualTo(event);
      LabelEvent label =
          new LabelEvent(
              random.nextLong(0, Long.MAX_VALUE),
              anyText(random),
              anyText(random),
              anyText(random),
              maybe(random),
              anyText(random),
              random.nextBoolean(),
              anyText(random),
              maybe(random));
      assertThat(EventCodec.decodeLabel(EventCodec.encode(label))).isEqualTo(label);
      RepoListing listing =
          new RepoListing(
              anyText(random), anyText(random), maybe(random), maybe(random), random.nextBoolean());
      assertThat(EventCodec.decodeListing(EventCodec.encode(listing))).isEqualTo(listing);
      RepoRequest request =
          new RepoRequest(
              anyText(random),
              anyText(random),
              anyScope(random),
              maybe(random),
              maybe(random),
              anyText(random),
              random.nextBoolean());
      assertThat(EventCodec.decodeRequest(EventCodec.encode(request))).isEqualTo(request);
      ResolvedIdentity identity =
          new ResolvedIdentity(
              anyText(random), maybe(random), maybe(random), maybe(random), anyText(random));
      assertThat(EventCodec.decodeIdentity(EventCodec.encode(identity))).isEqualTo(identity);
      CursorValue cursor =
          new CursorValue(
              maybe(random), maybe(random), maybe(random), random.nextBoolean(), anyText(random));
      assertThat(EventCodec.decodeCursor(EventCodec.encode(cursor))).isEqualTo(cursor);
      BadSpot spot =
          new BadSpot(
              anyText(random),
              maybe(random),
              maybe(random),
              random.nextInt(),
              random.nextInt(),
              anyText(random),
              anyText(random),
              random.nextInt(),
              anyText(random),
              anyText(random));
      assertThat(EventCodec.decodeSpot(EventCodec.encode(spot))).isEqualTo(spot);
      assertThat(EventCodec.decodeCursor(EventCodec.encode(spot)))
          .isEqualTo(
              new CursorValue(spot.to(), spot.from(), spot.firstSeen(), false, spot.lastTried()));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"a\":\"nul \\u0000 and lone \\ud800 surrogate\"}",
        "{ \"n\" : 123456789012345678901234567890 , \"spaced\":\t[1,2 ] }",
        "{\"record\":{\"record\":{}},\"type\":\"delete\",\"日本\":\"😀\"}",
      })
  void shouldPassARecordThroughByteForByte(String record) {
    RecordEvent event = create(RawJson.of(record));
    byte[] json = EventCodec.encode(event);
    RecordEvent decoded = (RecordEvent) EventCodec.decode(json);
    assertThat(String.valueOf(decoded.record())).isEqualTo(record);
    assertThat(decoded).isEqualTo(event);
    assertThat(EventCodec.encode(decoded)).isEqualTo(json);
  }

  @Test
  void shouldPassALargeRecordThroughWithinTheTopicsLimit() {
    String filler = "\\u0000".repeat(1024 * 1024);
    RecordEvent event = create(RawJson.of("{\"text\":\"" + filler + "\"}"));
    byte[] json = EventCodec.encode(event);
    assertThat(json.length).isLessThan(Topic.MAX_EVENT_BYTES);
    assertThat(EventCodec.decode(json)).isEqualTo(event);
  }

  @Test
  void shouldPassLongKeysAndDeepNestingThrough() {
    String deep = "[".repeat(2_000) + "]".repeat(2_000);
    RecordEvent event =
        create(RawJson.of("{\"" + "k".repeat(500_000) + "\":1,\"deep\":" + deep + "}"));
    assertThat(EventCodec.decode(EventCodec.encode(event))).isEqualTo(event);
  }

  @Test
  void shouldPassOverWhatANewerWriterAdds() {
    String json =
        """
        {"added":{"deep":[{"a":null}]},"more":[1,{"x":[]}],"none":null,"real":1.5,
         "type":"identity","seq":3,"time":"t","did":"d","host":"h","big":123456789012345678901}""";
    assertThat(EventCodec.decode(bytes(json))).isEqualTo(new IdentityEvent(3, "t", "d", "h", null));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "[]",
        "\"text\"",
        "{",
        "{}",
        "{\"type\":\"tombstone\",\"seq\":1,\"time\":\"t\",\"did\":\"d\",\"host\":\"h\"}",
        "{\"type\":\"identity\",\"seq\":1,\"time\":\"t\",\"did\":\"d\",\"host\":\"h\"} x",
        "{\"type\":\"identity\",\"seq\":1,\"time\":\"t\",\"host\":\"h\"}",
        "{\"type\":\"identity\",\"seq\":1,\"time\":\"t\",\"did\":\"d\"}",
        "{\"type\":\"identity\",\"seq\":-2,\"time\":\"t\",\"did\":\"d\",\"host\":\"h\"}",
        "{\"type\":\"identity\",\"seq\":\"1\",\"time\":\"t\",\"did\":\"d\",\"host\":\"h\"}",
        "{\"type\":\"identity\",\"seq\":1.5,\"time\":\"t\",\"did\":\"d\",\"host\":\"h\"}",
        "{\"type\":\"identity\",\"seq\":99999999999999999999,\"time\":\"t\",\"did\":\"d\",\"host\":\"h\"}",
        "{\"type\":\"account\",\"seq\":1,\"time\":\"t\",\"did\":\"d\",\"host\":\"h\"}",
        "{\"type\":\"create\",\"seq\":-1,\"time\":\"t\",\"did\":\"d\",\"commit\":\"c\",\"rev\":\"r\",\"collection\":\"a\",\"rkey\":\"k\",\"cid\":\"c\"}",
        "{\"type\":\"create\",\"seq\":-1,\"time\":\"t\",\"did\":\"d\",\"commit\":\"c\",\"rev\":\"r\",\"collection\":\"a\",\"rkey\":\"k\",\"cid\":\"c\",\"record\":[]}",
        "{\"type\":\"delete\",\"seq\":-1,\"time\":\"t\",\"did\":\"d\",\"commit\":\"c\",\"rev\":\"r\",\"collection\":\"a\",\"rkey\":\"k\",\"record\":{}}",
        "{\"type\":\"delete\",\"seq\":-1,\"time\":\"t\",\"did\":\"d\",\"commit\":\"c\",\"rev\":\"r\",\"collection\":\"a\",\"rkey\":\"k\",\"snapshot\":\"s\"}",
        "{\"type\":\"delete\",\"seq\":-1,\"time\":\"t\",\"did\":\"d\",\"commit\":\"c\",\"rev\":\"r\",\"collection\":\"a\",\"rkey\":\"k\",\"sig\":\"good\"}",
        "{\"type\":\"repo\",\"seq\":-1,\"time\":\"t\",\"did\":\"d\",\"commit\":\"c\",\"rev\":\"r\",\"snapshot\":\"s\",\"scope\":\"half\",\"count\":1,\"livePos\":1}",
        "{\"record\":{\"type\":\"identity\"",
      })
  void shouldRefuseWhatIsNoEventAsBadDataAndNothingElse(String json) {
    assertThatThrownBy(() -> EventCodec.decode(bytes(json)))
        .isInstanceOfSatisfying(
            BadDataException.class, e -> assertThat(e.reason()).isEqualTo("event"));
  }

  @Test
  void shouldSurviveAnyDamageToAnEvent() {
    Random random = new Random(7);
    byte[] whole = EventCodec.encode(create(RECORD));
    int refused = 0;
    for (int i = 0; i < 200_000; i++) {
      byte[] damaged = whole.clone();
      for (int hits = 1 + random.nextInt(3); hits > 0; hits--) {
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
      }
      try {
        EventCodec.decode(damaged);
      } catch (BadDataException e) {
        refused++;
      }
    }
    assertThat(refused).isBetween(1, 199_999);
  }

  @Test
  void shouldKeyALabelByItsSubjectsDidElseByWhoSpeaks() {
    assertThat(label("at://" + DID + "/app.bsky.feed.post/3k").key()).isEqualTo(DID);
    assertThat(label("at://" + DID).key()).isEqualTo(DID);
    assertThat(label(DID).key()).isEqualTo(DID);
    assertThat(label("at://did:web:example.com#x").key()).isEqualTo("did:web:example.com");
    assertThat(label("at://handle.example/app.bsky.feed.post/3k").key()).isEqualTo("did:web:src");
    assertThat(label("https://example.com").key()).isEqualTo("did:web:src");
  }

  private static LabelEvent label(String uri) {
    return new LabelEvent(1, "h", "did:web:src", uri, null, "spam", false, TIME, null);
  }

  private static RecordEvent create(RawJson record) {
    return new RecordEvent(
        RecordEvent.Action.CREATE,
        7,
        TIME,
        DID,
        "relay.example",
        "bafyc",
        "3kaaaaaaaaaa2",
        "app.bsky.feed.post",
        "3k",
        "bafyr",
        record,
        true,
        null);
  }

  private static RepoEvent anyRepoEvent(Random random) {
    boolean isLive = random.nextBoolean();
    long seq = isLive ? random.nextLong(0, Long.MAX_VALUE) : RepoEvent.BACKFILL_SEQ;
    String host = isLive ? anyText(random) : maybe(random);
    String time = anyText(random);
    String did = anyText(random);
    SnapshotRef snapshot = new SnapshotRef(anyText(random), random.nextLong(0, Long.MAX_VALUE));
    return switch (random.nextInt(7)) {
      case 0 -> {
        var action = List.of(RecordEvent.Action.values()).get(random.nextInt(3));
        boolean isDelete = action == RecordEvent.Action.DELETE;
        yield new RecordEvent(
            action,
            seq,
            time,
            did,
            host,
            anyText(random),
            anyText(random),
            anyText(random),
            anyText(random),
            isDelete ? null : anyText(random),
            isDelete ? null : RawJson.of("{\"n\":" + random.nextLong() + "}"),
            random.nextBoolean(),
            random.nextBoolean() ? snapshot : null);
      }
      case 1 ->
          new CommitEvent(
              seq,
              time,
              did,
              host,
              anyText(random),
              anyText(random),
              maybe(random),
              maybe(random),
              anyText(random),
              random.nextBoolean());
      case 2 ->
          new SyncEvent(
              seq,
              time,
              did,
              host,
              anyText(random),
              anyText(random),
              anyText(random),
              random.nextBoolean());
      case 3 -> new IdentityEvent(seq, time, did, host, maybe(random));
      case 4 ->
          new AccountEvent(
              seq,
              time,
              did,
              host,
              random.nextBoolean(),
              maybe(random),
              random.nextBoolean() ? snapshot.livePos() : null);
      case 5 -> new ResetEvent(time, did, anyText(random));
      default ->
          new SnapshotEvent(
              time,
              did,
              host,
              anyText(random),
              anyText(random),
              snapshot,
              anyScope(random),
              random.nextLong(0, Long.MAX_VALUE));
    };
  }

  private static Scope anyScope(Random random) {
    return switch (random.nextInt(3)) {
      case 0 -> Scope.FULL;
      case 1 -> Scope.ofCollections(List.of());
      default -> Scope.ofCollections(List.of(anyText(random), anyText(random)));
    };
  }

  private static @Nullable String maybe(Random random) {
    return random.nextInt(3) == 0 ? null : anyText(random);
  }

  /** Any UTF-16, NUL and lone surrogates included. */
  private static String anyText(Random random) {
    StringBuilder text = new StringBuilder();
    for (int left = random.nextInt(12); left > 0; left--) {
      text.append(
          (char)
              switch (random.nextInt(5)) {
                case 0 -> random.nextInt(0x20);
                case 1 -> 0xD800 + random.nextInt(0x800);
                case 2 -> random.nextInt(0x10000);
                default -> ' ' + random.nextInt(0x5f);
              });
    }
    return text.toString();
  }

  private static byte[] bytes(String json) {
    return json.getBytes(StandardCharsets.UTF_8);
  }

  private static String text(byte[] json) {
    return new String(json, StandardCharsets.UTF_8);
  }
}
