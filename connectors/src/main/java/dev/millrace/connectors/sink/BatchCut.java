package dev.millrace.connectors.sink;

import dev.millrace.connectors.sink.repo.RepoEvents;
import dev.millrace.schema.event.RepoEvent;
import dev.millrace.schema.event.SnapshotEvent;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Which events cannot be applied together with those before them. */
final class BatchCut {
  private BatchCut() {}

  /**
   * How many of the first events can be applied together; at least one. An event that erases an
   * account goes alone, since very many rows may go with it; a whole snapshot does not close in the
   * batch in which its repo's generation ended, since what it closes over was loaded before that.
   */
  static int together(List<Incoming> events) {
    Set<String> ended = new HashSet<>();
    for (int i = 0; i < events.size(); i++) {
      if (events.get(i).content() instanceof Incoming.Content.OfRepo(RepoEvent event)) {
        if (RepoEvents.erases(event)) {
          return Math.max(1, i);
        }
        if (RepoEvents.endsGeneration(event)) {
          ended.add(event.did());
        } else if (event instanceof SnapshotEvent closing && ended.contains(closing.did())) {
          return i;
        }
      }
    }
    return events.size();
  }
}
