package dev.millrace.connectors.sink.verify;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** What a verification found. Filled by one thread, then read. */
public final class Findings {
  /** What is looked at. */
  public enum Check {
    UNREADABLE("records of which no rows can be made"),
    OWN_ROWS("rows of the collections against table record"),
    ORPHANS("rows of records that are not there"),
    COUNTERS("counters against a count"),
    DERIVED("notifications, flags and the author's threads against their rules"),
    HANDLES("handles against those who claim them"),
    UNDERIVABLE("what could not be derived");

    private final String words;

    Check(String words) {
      this.words = words;
    }

    public String words() {
      return words;
    }
  }

  private static final int SHOWN = 20;

  private final Map<Check, Long> counts = new EnumMap<>(Check.class);
  private final Map<Check, List<String>> first = new EnumMap<>(Check.class);

  Findings() {
    for (Check check : Check.values()) {
      counts.put(check, 0L);
      first.put(check, new ArrayList<>());
    }
  }

  void add(Check check, List<?> found) {
    counts.merge(check, (long) found.size(), Long::sum);
    List<String> shown = first.getOrDefault(check, new ArrayList<>());
    found.stream().limit(Math.max(0, SHOWN - shown.size())).forEach(one -> shown.add("" + one));
  }

  public long count(Check check) {
    return counts.getOrDefault(check, 0L);
  }

  public long total() {
    return counts.values().stream().mapToLong(Long::longValue).sum();
  }

  /** The first {@value #SHOWN} of a check, in words. */
  public List<String> first(Check check) {
    return Collections.unmodifiableList(first.getOrDefault(check, List.of()));
  }

  /** The first of all, in words. */
  public List<String> first() {
    return first.values().stream().flatMap(List::stream).toList();
  }
}
