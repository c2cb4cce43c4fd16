package dev.millrace.connectors.sink.derive;

import dev.millrace.atproto.syntax.AtUri;
import dev.millrace.atproto.syntax.Nsid;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Where the gates of a post are: beside it, under its record key. */
final class Gates {
  static final String POST = "app.bsky.feed.post";
  static final String THREAD = "app.bsky.feed.threadgate";
  static final String EMBEDDING = "app.bsky.feed.postgate";

  private static final Pattern AUTHORITY = Pattern.compile("at://([^/#]*)");

  private Gates() {}

  /** The URI that a post's gate would have; null if it is no post's URI. */
  static @Nullable String of(String postUri, String gate) {
    return isPost(postUri) ? postUri.replace("/" + POST + "/", "/" + gate + "/") : null;
  }

  static boolean isPost(String uri) {
    if (!AtUri.isValid(uri)) {
      return false;
    }
    Nsid collection = AtUri.parse(uri).collection();
    return collection != null && collection.value().equals(POST);
  }

  /**
   * Whose record it is. A record may name any text that its lexicon lets in, a place within a
   * record ({@code at://did/collection/rkey#/text}) as well: of what is no address the owner is
   * nobody.
   */
  static String owner(String uri) {
    Matcher matcher = AUTHORITY.matcher(uri);
    return matcher.lookingAt() ? matcher.group(1) : "";
  }
}
