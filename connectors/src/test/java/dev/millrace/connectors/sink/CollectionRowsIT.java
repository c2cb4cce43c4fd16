package dev.millrace.connectors.sink;

import static dev.millrace.connectors.sink.Events.POST;
import static dev.millrace.connectors.sink.Events.REPOST;
import static dev.millrace.connectors.sink.Events.liveTime;
import static dev.millrace.connectors.sink.Records.BLOB_CID;
import static dev.millrace.connectors.sink.Records.CID;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The rows that a record of each collection has, and that they go with it. */
class CollectionRowsIT {
  private static final String DID = "did:plc:alice";
  private static final String CREATED = "2026-01-01T00:00:00.000Z";
  private static final String TIME = liveTime(1);
  private static final String QUOTED = "at://did:plc:bob/app.bsky.feed.post/1";
  private static final String PACK = "at://did:plc:bob/app.bsky.graph.starterpack/1";
  private static final String PNG = Records.blob("image/png");

  private static SinkDatabase database;
  private final Events alice = new Events(DID);
  private AppliedBatches sink;

  @BeforeAll
  static void start() {
    database = new SinkDatabase();
  }

  @BeforeEach
  void open() throws Exception {
    database.clear();
    sink = new AppliedBatches(database);
  }

  @AfterEach
  void close() {
    sink.close();
  }

  private void put(String collection, String rkey, String json) throws Exception {
    sink.live(alice.put(1, collection, rkey, "cid1", json), alice.commit(1));
  }

  /** Deletes it again, and expects the table to be empty. */
  private void expectGone(String collection, String rkey, String table) throws Exception {
    sink.live(alice.delete(2, collection, rkey), alice.commit(2));
    assertThat(database.rows("SELECT * FROM " + table)).isEmpty();
  }

  private static String list(String rkey) {
    return "at://" + DID + "/app.bsky.graph.list/" + rkey;
  }

  @Test
  void shouldWriteAPostAndItsPlaceInTheFeed() throws Exception {
    put(POST, "1", Records.post("hello"));
    assertThat(
            database.rows(
                "SELECT uri, cid, type, \"postUri\", \"originatorDid\", \"sortAt\" FROM feed_item"))
        .containsExactly(
            String.join(
                "|", alice.uri(POST, "1"), "cid1", "post", alice.uri(POST, "1"), DID, CREATED));
    expectGone(POST, "1", "feed_item");
  }

  @Test
  void shouldPlaceAPostFromTheFutureAtTheTimeItCame() throws Exception {
    put(POST, "1", Records.of(POST, "2030-01-01T00:00:00Z", "\"text\":\"hello\""));
    assertThat(database.one("SELECT \"sortAt\" FROM feed_item")).isEqualTo(TIME);
  }

  @Test
  void shouldWriteEveryImageWithItsPlace() throws Exception {
    put(
        POST,
        "1",
        Records.postWith(
            """
            {"$type":"app.bsky.embed.images","images":[
              {"image":%1$s,"alt":"one"}, {"image":%1$s,"alt":""}]}"""
                .formatted(PNG)));
    assertThat(
            database.rows(
                "SELECT position, \"imageCid\", alt FROM post_embed_image ORDER BY position"))
        .containsExactly("0|" + BLOB_CID + "|one", "1|" + BLOB_CID + "|");
    expectGone(POST, "1", "post_embed_image");
  }

  @Test
  void shouldLeaveOutGalleryItemsOfAKindThatIsNotKnown() throws Exception {
    put(
        POST,
        "1",
        Records.postWith(
            """
            {"$type":"app.bsky.embed.gallery","items":[
              {"$type":"app.example.sound"},
              {"$type":"app.bsky.embed.gallery#image","image":%s,"alt":"two",
               "aspectRatio":{"width":1,"height":1}}]}"""
                .formatted(PNG)));
    assertThat(database.rows("SELECT position, \"imageCid\", alt FROM post_embed_gallery_image"))
        .containsExactly("1|" + BLOB_CID + "|two");
    expectGone(POST, "1", "post_embed_gallery_image");
  }

  @Test
  void shouldWriteALinkCard() throws Exception {
    put(
        POST,
        "1",
        Records.postWith(
            """
            {"$type":"app.bsky.embed.external",
              "external":{"uri":"https://a.example","title":"A","description":"about"}}"""));
    assertThat(
            database.rows("SELECT uri, title, description, \"thumbCid\" FROM post_embed_external"))
        .containsExactly("https://a.example|A|about|-");
    expectGone(POST, "1", "post_embed_external");
  }

  @Test
  void shouldSplitARecordWithMediaAndCountItAsAQuote() throws Exception {
    put(
        POST,
        "1",
        Records.postWith(
            """
            {"$type":"app.bsky.embed.recordWithMedia",
              "record":{"$type":"app.bsky.embed.record","record":%s},
              "media":{"$type":"app.bsky.embed.video","video":%s}}"""
                .formatted(Records.ref(QUOTED), Records.blob("video/mp4"))));
    assertThat(database.rows("SELECT \"embedUri\", \"embedCid\" FROM post_embed_record"))
        .containsExactly(QUOTED + "|" + CID);
    assertThat(database.rows("SELECT \"videoCid\", alt FROM post_embed_video"))
        .containsExactly(BLOB_CID + "|-");
    assertThat(database.rows("SELECT uri, subject, \"subjectCid\", \"sortAt\" FROM quote"))
        .containsExactly(String.join("|", alice.uri(POST, "1"), QUOTED, CID, CREATED));
    sink.live(alice.delete(2, POST, "1"), alice.commit(2));
    for (String table : new String[] {"post_embed_record", "post_embed_video", "quote"}) {
      assertThat(database.rows("SELECT * FROM " + table)).as(table).isEmpty();
    }
  }

  /** The place within a record that an address may name is part of the subject's text alone. */
  @Test
  void shouldCountAPlaceWithinAPostAsAQuoteAsTheAppViewDoes() throws Exception {
    put(POST, "1", Records.quoting(QUOTED + "#/text"));
    assertThat(database.rows("SELECT subject FROM quote")).containsExactly(QUOTED + "#/text");
  }

  @Test
  void shouldNotCountAnEmbeddedListAsAQuote() throws Exception {
    put(POST, "1", Records.quoting(list("1")));
    assertThat(database.rows("SELECT \"embedUri\" FROM post_embed_record"))
        .containsExactly(list("1"));
    assertThat(database.rows("SELECT * FROM quote")).isEmpty();
  }

  @Test
  void shouldWriteAList() throws Exception {
    put(
        "app.bsky.graph.list",
        "1",
        Records.of(
            "app.bsky.graph.list",
            """
            "name":"cats","purpose":"app.bsky.graph.defs#curatelist","description":"d",
            "descriptionFacets":[{"index":{"byteStart":0,"byteEnd":1},"features":[]}],"avatar":%s"""
                .formatted(PNG)));
    assertThat(
            database.rows(
                "SELECT name, purpose, description, \"descriptionFacets\", \"avatarCid\","
                    + " \"createdAt\", \"indexedAt\" FROM list"))
        .containsExactly(
            String.join(
                "|",
                "cats",
                "app.bsky.graph.defs#curatelist",
                "d",
                "[{\"index\":{\"byteStart\":0,\"byteEnd\":1},\"features\":[]}]",
                BLOB_CID,
                CREATED,
                TIME));
    expectGone("app.bsky.graph.list", "1", "list");
  }

  @Test
  void shouldWriteAMemberOfAnOwnListOnly() throws Exception {
    String item = "app.bsky.graph.listitem";
    put(item, "1", Records.item("did:plc:bob", list("1")));
    assertThat(database.rows("SELECT \"subjectDid\", \"listUri\" FROM list_item"))
        .containsExactly("did:plc:bob|" + list("1"));
    sink.live(
        alice.put(
            2,
            item,
            "2",
            "cid2",
            Records.item("did:plc:carol", "at://did:plc:bob/app.bsky.graph.list/1")));
    assertThat(database.one("SELECT count(*) FROM list_item")).isEqualTo("1");
    assertThat(database.one("SELECT count(*) FROM record")).isEqualTo("1");
    assertThat(sink.counted("invalid")).isEqualTo(1);
    sink.live(alice.delete(3, item, "1"));
    assertThat(database.rows("SELECT * FROM list_item")).isEmpty();
  }

  @Test
  void shouldWriteABlockOfAListOnceAList() throws Exception {
    String block = "app.bsky.graph.listblock";
    String json = Records.onSubject(block, list("1"));
    put(block, "1", json);
    sink.live(alice.put(2, block, "2", "cid2", json));
    assertThat(database.rows("SELECT cid, \"subjectUri\" FROM list_block"))
        .containsExactly("cid1|" + list("1"));
    sink.live(alice.delete(3, block, "1"));
    assertThat(database.rows("SELECT cid FROM list_block")).containsExactly("cid2");
  }

  @Test
  void shouldWriteAStarterPack() throws Exception {
    put("app.bsky.graph.starterpack", "1", Records.starterPack("start", list("1")));
    assertThat(database.rows("SELECT name, \"createdAt\", \"indexedAt\" FROM starter_pack"))
        .containsExactly("start|" + CREATED + "|" + TIME);
    expectGone("app.bsky.graph.starterpack", "1", "starter_pack");
  }

  @Test
  void shouldWriteAFeedGenerator() throws Exception {
    put(
        "app.bsky.feed.generator",
        "1",
        Records.of(
            "app.bsky.feed.generator", "\"did\":\"did:web:feeds.example\",\"displayName\":\"F\""));
    assertThat(
            database.rows(
                "SELECT \"feedDid\", \"displayName\", description, \"avatarCid\" FROM feed_generator"))
        .containsExactly("did:web:feeds.example|F|-|-");
    expectGone("app.bsky.feed.generator", "1", "feed_generator");
  }

  @Test
  void shouldWriteTheOneLabelerOfAnAccount() throws Exception {
    String labeler = "app.bsky.labeler.service";
    String json = Records.of(labeler, "\"policies\":{\"labelValues\":[]}");
    put(labeler, "other", json);
    assertThat(database.rows("SELECT * FROM labeler")).isEmpty();
    put(labeler, "self", json);
    assertThat(database.rows("SELECT creator, \"createdAt\" FROM labeler"))
        .containsExactly(DID + "|" + CREATED);
    expectGone(labeler, "self", "labeler");
  }

  @Test
  void shouldWriteAVerificationOnceASubject() throws Exception {
    String verification = "app.bsky.graph.verification";
    String json = Records.verification("did:plc:bob", "bob.test", "Bob");
    put(verification, "1", json);
    sink.live(alice.put(2, verification, "2", "cid2", json));
    assertThat(database.rows("SELECT rkey, subject, handle, \"displayName\" FROM verification"))
        .containsExactly("1|did:plc:bob|bob.test|Bob");
    sink.live(alice.delete(3, verification, "1"));
    assertThat(database.rows("SELECT rkey FROM verification")).containsExactly("2");
  }

  @Test
  void shouldWriteAGateBesideItsOwnPostOnly() throws Exception {
    for (String kind : new String[] {"thread", "post"}) {
      String gate = "app.bsky.feed." + kind + "gate";
      String table = kind + "_gate";
      put(gate, "1", Records.gate(gate, alice.uri(POST, "1")));
      put(gate, "2", Records.gate(gate, alice.uri(POST, "1")));
      put(gate, "3", Records.gate(gate, "at://did:plc:bob/app.bsky.feed.post/3"));
      assertThat(database.rows("SELECT uri, \"postUri\" FROM " + table))
          .containsExactly(alice.uri(gate, "1") + "|" + alice.uri(POST, "1"));
      assertThat(database.rows("SELECT uri FROM record")).containsExactly(alice.uri(gate, "1"));
      expectGone(gate, "1", table);
    }
  }

  @Test
  void shouldPlaceEveryRepostInTheFeedAlsoOneThatWaits() throws Exception {
    String json = Records.onRecord(REPOST, QUOTED);
    put(REPOST, "2", json);
    sink.live(alice.put(2, REPOST, "1", "cid2", json), alice.put(2, REPOST, "3", "cid3", json));
    assertThat(database.rows("SELECT uri FROM repost")).containsExactly(alice.uri(REPOST, "1"));
    String[] places = {
      String.join("|", alice.uri(REPOST, "1"), "cid2", "repost", QUOTED, DID, CREATED),
      String.join("|", alice.uri(REPOST, "2"), "cid1", "repost", QUOTED, DID, CREATED),
      String.join("|", alice.uri(REPOST, "3"), "cid3", "repost", QUOTED, DID, CREATED)
    };
    assertThat(feed()).containsExactly(places);

    sink.live(alice.delete(3, REPOST, "1"));
    assertThat(database.rows("SELECT uri FROM repost")).containsExactly(alice.uri(REPOST, "2"));
    assertThat(feed()).containsExactly(places[1], places[2]);
    sink.live(alice.delete(4, REPOST, "3"));
    assertThat(feed()).containsExactly(places[1]);
    sink.live(alice.delete(5, REPOST, "2"));
    assertThat(feed()).isEmpty();
    assertThat(database.rows("SELECT uri FROM duplicate_record")).isEmpty();
  }

  @Test
  void shouldMoveAPlaceInTheFeedWithAnEarlierTimeOfARepostThatWaits() throws Exception {
    String json = Records.of(REPOST, "2030-01-01T00:00:00Z", "\"subject\":" + Records.ref(QUOTED));
    sink.live(alice.put(8, REPOST, "1", "cid1", json), alice.put(9, REPOST, "2", "cid2", json));
    sink.live(alice.put(7, REPOST, "2", "cid2", json));
    assertThat(database.rows("SELECT \"sortAt\" FROM feed_item ORDER BY uri"))
        .containsExactly(liveTime(8), liveTime(7));
    assertThat(database.rows("SELECT uri, \"indexedAt\" FROM duplicate_record"))
        .containsExactly(alice.uri(REPOST, "2") + "|" + liveTime(7));
  }

  @Test
  void shouldCountQuotesWhateverComesOfThePost() throws Exception {
    put(POST, "1", Records.quoting(QUOTED));
    put(POST, "2", Records.quoting(QUOTED));
    assertThat(database.one("SELECT \"quoteCount\" FROM post_agg")).isEqualTo("2");
    sink.live(alice.put(2, POST, "1", "cid2", Records.post("")));
    sink.live(alice.delete(3, POST, "2"));
    assertThat(database.one("SELECT \"quoteCount\" FROM post_agg")).isNull();
    assertThat(sink.miscounted()).isEmpty();
  }

  @Test
  void shouldWriteAProfileAsTheAppViewDoes() throws Exception {
    put(
        "app.bsky.actor.profile",
        "self",
        Records.of(
            "app.bsky.actor.profile",
            "2026-01-01T00:00:00+01:00",
            """
            "displayName":"Alice","avatar":%s,"joinedViaStarterPack":%s,"pinnedPost":%s"""
                .formatted(PNG, Records.ref(PACK), Records.ref(QUOTED))));
    assertThat(
            database.rows(
                "SELECT \"displayName\", \"avatarCid\", \"bannerCid\", \"createdAt\","
                    + " \"joinedViaStarterPackUri\", \"pinnedPost\", \"pinnedPostCid\" FROM profile"))
        .containsExactly("Alice|" + BLOB_CID + "|-|2026-01-01T00:00:00+01:00|" + PACK + "|-|-");
  }

  @Test
  void shouldTellWhoseStarterPackItWasOnceAndAtTheProfilesOwnTime() throws Exception {
    put("app.bsky.actor.profile", "self", joined("Alice"));
    put("app.bsky.actor.profile", "self", joined("Alice again"));
    assertThat(
            database.rows(
                "SELECT reason, \"reasonSubject\", \"sortAt\", profile.cid = \"recordCid\""
                    + " FROM notification, profile"))
        .containsExactly("starterpack-joined|" + PACK + "|2025-01-01T00:00:00.000Z|t");
  }

  private static String joined(String name) {
    return Records.of(
        "app.bsky.actor.profile",
        "2025-01-01T00:00:00Z",
        "\"displayName\":\"%s\",\"joinedViaStarterPack\":%s".formatted(name, Records.ref(PACK)));
  }

  private static List<String> feed() throws Exception {
    return database.rows(
        "SELECT uri, cid, type, \"postUri\", \"originatorDid\", \"sortAt\" FROM feed_item ORDER BY uri");
  }
}
