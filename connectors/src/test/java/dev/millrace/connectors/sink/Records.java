package dev.millrace.connectors.sink;

import java.util.Random;

/** Records as JSON, each as its lexicon wants it. */
public final class Records {
  /** A CID of a record. */
  public static final String CID = "bafyreib2rxk3rybk3aobmv5cjuql3bm2twh4jo5uxgf5kpqcsgz7soitae";

  /** A CID of a blob. */
  public static final String BLOB_CID =
      "bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy";

  public static final String CREATED = "2026-01-01T00:00:00Z";

  private Records() {}

  /**
   * A record of a collection, created at {@link #CREATED} where the lexicon has that.
   *
   * @param fields further ones as JSON, {@code "text":"hello","tags":[]}; may be empty
   */
  public static String of(String collection, String fields) {
    return of(collection, CREATED, fields);
  }

  public static String of(String collection, String createdAt, String fields) {
    return "{\"$type\":\"%s\",\"createdAt\":\"%s\"%s}"
        .formatted(collection, createdAt, fields.isEmpty() ? "" : "," + fields);
  }

  /** A strong reference to a record, whose CID is {@link #CID}. */
  public static String ref(String uri) {
    return "{\"uri\":\"%s\",\"cid\":\"%s\"}".formatted(uri, CID);
  }

  /** The mention of a blob, whose CID is {@link #BLOB_CID}. */
  public static String blob(String mimeType) {
    return "{\"$type\":\"blob\",\"ref\":{\"$link\":\"%s\"},\"mimeType\":\"%s\",\"size\":1}"
        .formatted(BLOB_CID, mimeType);
  }

  public static String post(String text) {
    return of(Events.POST, "\"text\":\"" + text + "\"");
  }

  /** A post that embeds this, which is JSON. */
  public static String postWith(String embed) {
    return of(Events.POST, "\"text\":\"\",\"embed\":" + embed);
  }

  public static String reply(String parent) {
    return of(
        Events.POST,
        "\"text\":\"re\",\"reply\":{\"root\":%1$s,\"parent\":%1$s}".formatted(ref(parent)));
  }

  public static String quoting(String post) {
    return postWith("{\"$type\":\"app.bsky.embed.record\",\"record\":%s}".formatted(ref(post)));
  }

  /** A profile without createdAt. */
  public static String profile(String displayName) {
    return "{\"$type\":\"%s\",\"displayName\":\"%s\"}".formatted(Events.PROFILE, displayName);
  }

  /** Of a collection whose subject is a text. */
  public static String onSubject(String collection, String subject) {
    return of(collection, "\"subject\":\"" + subject + "\"");
  }

  /** Of a collection whose subject is a strong reference. */
  public static String onRecord(String collection, String subject) {
    return of(collection, "\"subject\":" + ref(subject));
  }

  /** A like of a subject that is too long for a row of an index: the database refuses it. */
  public static String tooLongLike() {
    StringBuilder subject = new StringBuilder("at://did:plc:s/app.bsky.feed.post/a#/");
    new Random(1).ints(8_000, 'a', 'z' + 1).forEach(c -> subject.append((char) c));
    return onRecord(Events.LIKE, subject.toString());
  }

  public static String item(String subject, String list) {
    return of(
        "app.bsky.graph.listitem", "\"subject\":\"%s\",\"list\":\"%s\"".formatted(subject, list));
  }

  public static String starterPack(String name, String list) {
    return of(
        "app.bsky.graph.starterpack", "\"name\":\"%s\",\"list\":\"%s\"".formatted(name, list));
  }

  public static String verification(String subject, String handle, String displayName) {
    return of(
        "app.bsky.graph.verification",
        "\"subject\":\"%s\",\"handle\":\"%s\",\"displayName\":\"%s\""
            .formatted(subject, handle, displayName));
  }

  /** Of a collection of gates. */
  public static String gate(String collection, String post) {
    return of(collection, "\"post\":\"" + post + "\"");
  }
}
