package dev.millrace.connectors.trim;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.apache.kafka.common.TopicPartition;

/**
 * What goes and what is held back. The rule of trimming, without I/O: of each partition what lies
 * below the window and below every reader's position.
 *
 * @param deletions everything below this offset goes; only where that is something
 * @param held what is older than the window and stays, because of whom
 */
record TrimPlan(Map<TopicPartition, Long> deletions, List<Held> held) {

  /**
   * Events that a reader holds back.
   *
   * @param position where it stands, empty if it has none
   * @param events how many offsets below the window stay because of it
   */
  record Held(TopicPartition partition, String reader, OptionalLong position, long events) {}

  /**
   * Makes the plan.
   *
   * @param starts the logs' first offsets
   * @param windows the first offset in the window
   */
  static TrimPlan of(
      Map<TopicPartition, Long> starts,
      Map<TopicPartition, Long> windows,
      Collection<Reader> readers) {
    Map<TopicPartition, Long> deletions = new HashMap<>();
    List<Held> held = new ArrayList<>();
    windows.forEach(
        (partition, window) -> {
          long start = starts.getOrDefault(partition, window);
          long bound = window;
          boolean isRead = false;
          for (Reader reader : readers) {
            if (!reader.reads(partition)) {
              continue;
            }
            isRead = true;
            long position = reader.position(partition).orElse(start);
            if (position < window && window > start) {
              held.add(
                  new Held(
                      partition,
                      reader.name(),
                      reader.position(partition),
                      window - Math.max(start, position)));
            }
            bound = Math.min(bound, position);
          }
          // Nobody has ever come to read: somebody may yet.
          if (isRead && bound > start) {
            deletions.put(partition, bound);
          }
        });
    return new TrimPlan(Map.copyOf(deletions), List.copyOf(held));
  }
}
