package dev.millrace.connectors.repolist;

/**
 * Finds how few positions past a cursor that fails a page of one repo passes: first any by steps of
 * eight times the last, then, where positions are accounts, each one from the first on (up to a
 * thousand), else by halves. At the end the cursor itself is asked again: if it passes now the host
 * was troubled, not the spot.
 *
 * <p>Whoever asks for {@link #offset} says how it went; one search, one thread.
 */
final class StepSearch {
  /** What became of it. */
  enum State {
    /** {@link #offset} is to be asked. */
    ASKING,
    /** {@link #found} positions are to be stepped over. */
    FOUND,
    /** The cursor passes again. */
    HEALED,
    /** No position that was asked passes. */
    NOTHING
  }

  private enum Phase {
    LEAP,
    ONE_BY_ONE,
    HALVES,
    CONTROL
  }

  private static final int LEAP_FACTOR = 8;
  private static final long LONGEST_LEAP = 1L << 39;
  private static final long MOST_ONE_BY_ONE = 1_000;

  /** An empty page this far on is taken for the list's end; farther on it says nothing. */
  private static final long MOST_TO_END_DENSE = 1_000;

  private static final long MOST_TO_END_MILLIS = 1L << 27;
  private static final int CONTROLS = 2;

  private final boolean isDense;
  private Phase phase = Phase.LEAP;
  private State state = State.ASKING;
  private long offset = 1;
  private long fails;
  private long leapFails;
  private long passes;
  private int controls;

  StepSearch(boolean isDense) {
    this.isDense = isDense;
  }

  State state() {
    return state;
  }

  /** The position to ask next; 0 is the cursor itself. */
  long offset() {
    return offset;
  }

  long found() {
    return passes;
  }

  void passed(boolean isEmpty) {
    switch (phase) {
      case CONTROL -> state = State.HEALED;
      case LEAP -> {
        if (isEmpty && offset > (isDense ? MOST_TO_END_DENSE : MOST_TO_END_MILLIS)) {
          state = State.NOTHING;
        } else {
          passes = offset;
          narrow();
        }
      }
      case ONE_BY_ONE, HALVES -> {
        passes = offset;
        narrow();
      }
    }
  }

  void failed() {
    switch (phase) {
      case CONTROL -> {
        controls++;
        if (controls == CONTROLS) {
          state = State.FOUND;
        }
      }
      case LEAP -> {
        leapFails = offset;
        offset *= LEAP_FACTOR;
        if (offset > LONGEST_LEAP) {
          state = State.NOTHING;
        }
      }
      case ONE_BY_ONE, HALVES -> {
        fails = offset;
        narrow();
      }
    }
  }

  private void narrow() {
    if (phase == Phase.LEAP) {
      phase = isDense ? Phase.ONE_BY_ONE : Phase.HALVES;
      fails = isDense ? Math.min(1, leapFails) : leapFails;
    }
    if (phase == Phase.ONE_BY_ONE && fails >= MOST_ONE_BY_ONE) {
      phase = Phase.HALVES;
      fails = Math.max(fails, leapFails);
    }
    if (passes - fails <= 1) {
      phase = Phase.CONTROL;
      offset = 0;
    } else {
      offset = phase == Phase.ONE_BY_ONE ? fails + 1 : fails + (passes - fails) / 2;
    }
  }
}
