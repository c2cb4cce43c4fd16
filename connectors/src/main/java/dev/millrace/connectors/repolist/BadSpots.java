package dev.millrace.connectors.repolist;

import dev.millrace.schema.event.BadSpot;
import dev.millrace.schema.event.CursorKey;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The open bad spots of one listing and when each is due: a copy of what {@code ingest_cursors}
 * holds. Changed where a batch that says so was committed.
 *
 * <p>Owned by the thread that lists; the counts may be asked by any.
 */
final class BadSpots {
  /** Beyond, listing stands at the next bad spot until some of these are settled. */
  static final int MOST = 10_000;

  private record Open(BadSpot spot, Instant due) {}

  private final CursorKey listing;
  private final ListingWaits waits;
  private final RandomGenerator random;
  private final Map<CursorKey, Open> open = new LinkedHashMap<>();
  private volatile int passed;
  private volatile int standing;

  BadSpots(CursorKey listing, ListingWaits waits, RandomGenerator random) {
    this.listing = listing;
    this.waits = waits;
    this.random = random;
  }

  /** Takes up what an earlier run recorded. */
  void load(Map<CursorKey, BadSpot> recorded) {
    recorded.forEach(
        (key, spot) -> {
          if (key.isSpotOf(listing)) {
            put(spot);
          }
        });
  }

  CursorKey key(@Nullable String from) {
    return listing.spot(from);
  }

  Optional<BadSpot> at(@Nullable String from) {
    return Optional.ofNullable(open.get(key(from))).map(Open::spot);
  }

  void put(BadSpot spot) {
    Instant due =
        spot.attempts() == 0
            ? Instant.parse(spot.lastTried())
            : Instant.parse(spot.lastTried()).plus(waits.ofSpot(spot.attempts(), random));
    open.put(key(spot.from()), new Open(spot, due));
    count();
  }

  void settle(BadSpot spot) {
    open.remove(key(spot.from()));
    count();
  }

  boolean isFull() {
    return passed >= MOST;
  }

  /**
   * The spot that has been due for longest.
   *
   * @param cursor where listing stands: what has no way past it there, is asked for by that
   */
  Optional<BadSpot> due(Instant now, @Nullable String cursor) {
    return next(cursor).filter(next -> !next.due().isAfter(now)).map(Open::spot);
  }

  Optional<Instant> nextDue(@Nullable String cursor) {
    return next(cursor).map(Open::due);
  }

  private Optional<Open> next(@Nullable String cursor) {
    return open.values().stream()
        .filter(known -> known.spot().to() != null || !Objects.equals(known.spot().from(), cursor))
        .min(Comparator.comparing(Open::due));
  }

  /** Spots that were stepped over. */
  int passed() {
    return passed;
  }

  /** Spots with no way past them: listing stands at one, or stood. */
  int standing() {
    return standing;
  }

  private void count() {
    passed = (int) open.values().stream().filter(known -> known.spot().to() != null).count();
    standing = open.size() - passed;
  }
}
