package dev.millrace.connectors.letters;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which letters are meant: those that all of these let through; an empty one lets everything
 * through.
 */
public record LetterFilter(
    Set<LetterId> ids, Set<String> reasons, Set<String> hosts, Set<String> dids) {
  public static final LetterFilter ALL = new LetterFilter(Set.of(), Set.of(), Set.of(), Set.of());

  public LetterFilter {
    ids = Set.copyOf(ids);
    reasons = Set.copyOf(reasons);
    hosts = Set.copyOf(hosts);
    dids = Set.copyOf(dids);
  }

  boolean isMeant(OpenLetter open) {
    return isIn(ids, open.id())
        && isIn(reasons, open.letter().reason())
        && isIn(hosts, open.letter().host())
        && isIn(dids, open.letter().did());
  }

  private static <T> boolean isIn(Set<T> wanted, @Nullable T value) {
    return wanted.isEmpty() || (value != null && wanted.contains(value));
  }
}
