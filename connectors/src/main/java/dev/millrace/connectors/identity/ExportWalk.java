package dev.millrace.connectors.identity;

import dev.millrace.atproto.BadDataException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Where the reading of an export stands and what is asked next. Asks nothing itself.
 *
 * <p>A directory that numbers its operations is read by number, any other by time. Each page is
 * asked for from a little before its beginning, and what was read already is left out: several
 * operations may have one time, and at the end one may become visible a moment late. The end is
 * where a page brings nothing new.
 *
 * <p>More operations of one time than a page holds are asked for with a larger page. A directory
 * that gives none cannot be read there: what it may withhold is passed by, and said to be.
 *
 * <p>Owned by the mirror's thread.
 */
final class ExportWalk {
  /** An operation may become visible so late after its time. */
  static final Duration LATE = Duration.ofSeconds(10);

  private static final Duration SAME_TIME = Duration.ofMillis(1);
  private static final int LARGER = 4;
  private static final int LARGEST = 16;

  /** Of lines; what is forgotten is written again, which changes nothing. */
  private static final int REMEMBERED = 50_000;

  /**
   * What to ask.
   *
   * @param after null for the very beginning
   */
  record Ask(@Nullable String after, int count) {}

  /**
   * What a page came to.
   *
   * @param fresh its lines that were not read before
   * @param isEnd there is nothing more for now
   * @param passedBy the time of which there may be more operations than the directory gives
   */
  record Step(List<ExportPage.Line> fresh, boolean isEnd, @Nullable String passedBy) {}

  private final int pageSize;
  private final Map<Long, Boolean> seen =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, Boolean> eldest) {
          return size() > REMEMBERED;
        }
      };

  private ExportPosition position;
  private ExportPosition from;
  private Duration early = SAME_TIME;
  private int count;
  private boolean isBehind;
  private boolean takesNumbers = true;
  private @Nullable String passedBy;

  ExportWalk(ExportPosition position, int pageSize) {
    this.position = position;
    this.from = position;
    this.pageSize = pageSize;
    this.count = pageSize;
  }

  /** How far all has been read. */
  ExportPosition position() {
    return position;
  }

  Ask next() {
    return new Ask(after(), count);
  }

  private @Nullable String after() {
    if (from.isBeginning()) {
      return takesNumbers ? "0" : null;
    }
    return isBehind ? from.behind() : from.from(early);
  }

  /** At the end: begins a look for what came since. */
  void lookAgain() {
    from = position;
    early = LATE;
    isBehind = false;
    count = pageSize;
  }

  /**
   * Takes what {@link #next} was answered with.
   *
   * @throws BadDataException if that cannot be: what was read before is not there any more, or no
   *     line can be read
   */
  Step take(ExportPage page) {
    ExportPosition end = page.end();
    if (page.lines().isEmpty() && !from.isBeginning() && !isBehind) {
      throw new BadDataException("plc-lost", "nothing from " + after() + " on, where there was");
    }
    if (end.isBeginning() && !page.lines().isEmpty()) {
      throw new BadDataException(
          "plc-page", "of %d lines none can be read".formatted(page.lines().size()));
    }
    List<ExportPage.Line> fresh = new ArrayList<>();
    for (ExportPage.Line line : page.lines()) {
      if (seen.put(line.hash(), true) == null) {
        fresh.add(line);
      }
    }
    if (end.isBeginning()) {
      return new Step(fresh, true, null);
    }
    if (end.isBehind(position)) {
      position = end;
    }
    boolean isStuck = Objects.equals(end.from(SAME_TIME), after()) && isFull(page);
    if (isStuck) {
      return stuck(end, fresh, page.lines().size());
    }
    from = end;
    early = SAME_TIME;
    isBehind = false;
    count = pageSize;
    return new Step(fresh, fresh.isEmpty(), null);
  }

  /** A page that is as long as the usual may be cut there, though a larger one was asked for. */
  private boolean isFull(ExportPage page) {
    int lines = page.lines().size();
    return lines >= count || (count > pageSize && lines == pageSize);
  }

  private Step stuck(ExportPosition end, List<ExportPage.Line> fresh, int lines) {
    if (lines >= count && count < pageSize * LARGEST) {
      count *= LARGER;
      return new Step(fresh, false, null);
    }
    return passBy(end, fresh);
  }

  private Step passBy(ExportPosition end, List<ExportPage.Line> fresh) {
    String place = end.cursor();
    boolean isKnown = Objects.equals(place, passedBy);
    passedBy = place;
    from = end;
    isBehind = true;
    count = pageSize;
    return new Step(fresh, false, isKnown ? null : place);
  }

  /**
   * The directory does not answer such a question, for good.
   *
   * @return what came of it; null if the question was an ordinary one
   */
  @Nullable Step refused() {
    if (count > pageSize) {
      return passBy(from, List.of());
    }
    if (from.isBeginning() && takesNumbers) {
      takesNumbers = false;
      return new Step(List.of(), false, null);
    }
    return null;
  }

  /** The page was longer than is taken: half of it; one operation of each is known already. */
  void halve() {
    count = Math.max(2, count / 2);
  }
}
