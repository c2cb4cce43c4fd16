package dev.millrace.topology.backfiller.pending;

import dev.millrace.schema.event.RepoListing;
import dev.millrace.schema.event.RepoRequest;
import dev.millrace.schema.event.Scope;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * That one repo be fetched, as one input record says it.
 *
 * @param lane whose permits it uses
 * @param reason {@link #LISTING}, or the request's
 * @param rev the rev that must be reached, if one is known
 * @param status why a relay lists it as inactive; null if active, not listed, or only out of step
 *     at the relay
 * @param question what is to be learnt of the account
 */
public record Wish(
    String did,
    Lane lane,
    String reason,
    Scope scope,
    @Nullable String rev,
    @Nullable String status,
    Question question) {

  /** The reason of a listed repo. */
  public static final String LISTING = "listing";

  /** What a relay says of itself: the account's own status is asked at its PDS, as of any other. */
  private static final Set<String> OF_THE_RELAY = Set.of("desynchronized", "throttled");

  public static Wish of(RepoListing listing) {
    String said = listing.status() == null ? "inactive" : listing.status();
    String status = listing.active() || OF_THE_RELAY.contains(said) ? null : said;
    return new Wish(
        listing.did(), Lane.LISTING, LISTING, Scope.FULL, listing.rev(), status, Question.NONE);
  }

  public static Wish of(RepoRequest request) {
    // A wish that is cut otherwise than by collection (by days) is met by the whole repo.
    Scope scope = request.scope().collections().isEmpty() ? Scope.FULL : request.scope();
    return new Wish(
        request.did(),
        request.priority() ? Lane.URGENT : Lane.REQUEST,
        request.reason(),
        scope,
        request.rev(),
        null,
        Question.of(request.reason()));
  }

  /** Whether revs that were wanted before count no more: those to come may be lower. */
  boolean endsGeneration() {
    return question == Question.DELETION || reason.equals("reset");
  }

  /** Whether a person asked, who waits for it and may ask again at once. */
  boolean isFromPerson() {
    return rank(reason) == 2;
  }

  /** The stronger of two reasons wins when wishes for one repo meet. */
  static int rank(String reason) {
    return switch (reason) {
      case "user", "operator", "reset", "replay" -> 2;
      case LISTING -> 0;
      default -> 1;
    };
  }
}
