package dev.millrace.connectors.sink.derive;

import dev.millrace.connectors.sink.collection.Notification;
import org.jspecify.annotations.Nullable;

/**
 * Who is told of a post, and why.
 *
 * @param subject the post of theirs that it is about; null for a mention
 */
record Told(String did, String reason, @Nullable String subject) {
  Notification by(StoredPost post) {
    return new Notification(
        did, post.uri(), post.cid(), post.creator(), reason, subject, post.sortAt());
  }
}
