package dev.millrace.connectors.window;

import java.util.List;

/**
 * How a run ended without a failure.
 *
 * @param isFinished false if it was stopped before all was read
 * @param gaps what the relay no longer had when it was to be read, in words
 */
public record WindowEnd(boolean isFinished, List<String> gaps, WindowProgress progress) {
  public WindowEnd {
    gaps = List.copyOf(gaps);
  }

  /** Whether all that was asked for is read. */
  public boolean isComplete() {
    return isFinished && gaps.isEmpty();
  }
}
