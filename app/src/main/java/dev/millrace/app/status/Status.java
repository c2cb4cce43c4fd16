package dev.millrace.app.status;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How things stand at a moment.
 *
 * @param at ISO 8601
 * @param listings lists of repos, each of a relay or a host
 * @param done repos that are whole in the database; null where none was named
 */
public record Status(
    String at,
    List<OfTopic> topics,
    OfListings listings,
    OfRepos repos,
    Map<String, Count> failed,
    @Nullable Long done) {

  /**
   * A topic.
   *
   * @param end the offsets of all partitions' ends, added up: how many records ever came, those of
   *     transactions among them
   * @param perSecond how fast it grows
   * @param groups who reads it
   */
  public record OfTopic(String topic, long end, double perSecond, List<OfGroup> groups) {}

  /**
   * A reader.
   *
   * @param lag offsets that are left
   * @param perSecond how fast it reads
   * @param secondsLeft until it is at the end if both go on like this; null if it never will be
   * @param oldest when the oldest record came that is left, ISO 8601; null if none is
   */
  public record OfGroup(
      String group,
      long lag,
      double perSecond,
      @Nullable Long secondsLeft,
      @Nullable String oldest) {}

  /**
   * How far listing is.
   *
   * @param done that were read to their end at least once
   * @param open of the others, the cursor where each stands: the first by name
   * @param badSpots places that their host does not give out, stepped over and tried again, by host
   */
  public record OfListings(
      long all, long done, Map<String, String> open, Map<String, Long> badSpots) {}

  /**
   * What the backfiller has to fetch.
   *
   * @param untaken listed and asked for, not yet taken from the topics
   * @param fetching being fetched and written out
   * @param due taken, and next in turn
   * @param parked taken, and left alone until a time
   */
  public record OfRepos(long untaken, Waiting fetching, Waiting due, Waiting parked) {}

  /**
   * Repos that wait.
   *
   * @param byReason by why the last attempt failed; "new" if there was none
   * @param byHost of those whose host is known, the hosts with the most
   */
  public record Waiting(long all, Map<String, Long> byReason, Map<String, Long> byHost) {}

  /** Dead letters of a reason, all and by host: the hosts with the most. */
  public record Count(long all, Map<String, Long> byHost) {}
}
