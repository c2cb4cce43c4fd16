package dev.millrace.connectors.firehose;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import dev.millrace.atproto.crypto.PublicKey;
import dev.millrace.atproto.syntax.Did;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The signing keys at hand. Asked for every commit, so it never waits for anything.
 *
 * <p>Safe for use by several threads.
 */
final class SigningKeys {
  /**
   * A key that was replaced, and whose {@code #identity} was missed, is not believed for longer.
   */
  private static final Duration KEPT = Duration.ofHours(12);

  /** How long a key that was asked for past every cache counts as what the document says. */
  private static final Duration FRESH = Duration.ofMinutes(1);

  private record Entry(@Nullable PublicKey key, long refreshedNanos, boolean isRefreshed) {}

  private final Cache<Did, Entry> keys;
  private final Ticker ticker;

  SigningKeys(int most, Ticker ticker) {
    this.ticker = ticker;
    this.keys =
        Caffeine.newBuilder()
            .maximumSize(most)
            .expireAfterWrite(KEPT)
            .ticker(ticker)
            .executor(Runnable::run)
            .build();
  }

  @Nullable PublicKey atHand(Did did) {
    Entry entry = keys.getIfPresent(did);
    return entry == null ? null : entry.key();
  }

  /** Whether the key was asked for past every cache a moment ago: asking again is no use. */
  boolean isFresh(Did did) {
    Entry entry = keys.getIfPresent(did);
    return entry != null
        && entry.isRefreshed()
        && ticker.read() - entry.refreshedNanos() < FRESH.toNanos();
  }

  /**
   * @param key null if the document has none, which is not asked for again for a moment either
   */
  void learn(Did did, @Nullable PublicKey key, boolean isRefreshed) {
    keys.put(did, new Entry(key, ticker.read(), isRefreshed));
  }

  void forget(Did did) {
    keys.invalidate(did);
  }
}
