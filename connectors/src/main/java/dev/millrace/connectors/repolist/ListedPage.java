package dev.millrace.connectors.repolist;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.atproto.BadDataException;
import dev.millrace.atproto.syntax.Did;
import dev.millrace.atproto.syntax.Tid;
import dev.millrace.schema.event.DeadLetter;
import dev.millrace.schema.event.RepoListing;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One answer of {@code com.atproto.sync.listRepos}:
 *
 * <pre>
 *   {"cursor": text?, "repos": [{"did", "rev", "head", "active"?, "status"?}…]}
 * </pre>
 *
 * @param cursor of the next page; null at the end of the list
 * @param refused entries that are no repo, set aside one by one
 */
record ListedPage(@Nullable String cursor, List<RepoListing> repos, List<DeadLetter> refused) {
  /** A word; longer ones could make a listing larger than Kafka takes. */
  private static final int MOST_STATUS_CHARS = 128;

  private static final int MOST_CURSOR_CHARS = 4_096;

  /**
   * Reads an answer.
   *
   * @throws BadDataException if it is not a page at all; asking again may help
   */
  static ListedPage of(JsonNode answer, String host) {
    JsonNode entries = answer.path("repos");
    if (!entries.isArray()) {
      throw new BadDataException("listing", host + ": listRepos answered without repos");
    }
    List<RepoListing> repos = new ArrayList<>(entries.size());
    List<DeadLetter> refused = new ArrayList<>();
    for (JsonNode entry : entries) {
      try {
        repos.add(repo(entry, host));
      } catch (BadDataException e) {
        refused.add(
            DeadLetter.of("listing", entry.toString().getBytes(StandardCharsets.UTF_8))
                .host(host)
                .exception(e));
      }
    }
    JsonNode cursor = answer.path("cursor");
    if (cursor.asText().length() > MOST_CURSOR_CHARS) {
      throw new BadDataException("listing", host + ": a cursor of more than 4096 characters");
    }
    return new ListedPage(
        cursor.isValueNode() && !cursor.isNull() && !cursor.asText().isEmpty()
            ? cursor.asText()
            : null,
        repos,
        refused);
  }

  private static RepoListing repo(JsonNode entry, String host) {
    String did = Did.parse(entry.path("did").asText()).value();
    String rev = entry.path("rev").textValue();
    if (rev != null) {
      Tid.parse(rev);
    }
    String status = entry.path("status").textValue();
    if (status != null && status.length() > MOST_STATUS_CHARS) {
      throw new BadDataException("listing", "a status of " + status.length() + " characters");
    }
    return new RepoListing(did, host, rev, status, entry.path("active").asBoolean(true));
  }
}
