package dev.millrace.connectors.sink;

import dev.millrace.connectors.sink.collection.Collections;
import dev.millrace.connectors.sink.repo.Outcome;
import dev.millrace.schema.event.RecordEvent;
import dev.millrace.schema.event.RepoRequest;
import dev.millrace.schema.topic.Topic;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What a batch does besides rows. Letters and requests go out before it commits, counts after. */
final class Effects {
  /** What is counted together. */
  record Count(Topic topic, String type, Outcome outcome) {}

  /** An event that is set aside. */
  record Letter(Incoming event, String reason, Throwable cause) {
    private static final String NO_RECORD = "none";
    private static final String UNKNOWN = "other";

    /** The collection of a record; one word for all that the AppView does not know. */
    String collection() {
      if (event.content() instanceof Incoming.Content.OfRepo(RecordEvent record)) {
        return Collections.isKnown(record.collection()) ? record.collection() : UNKNOWN;
      }
      return NO_RECORD;
    }

    /** Where the event is: the record's address, or the place in its topic. */
    String place() {
      return event.content() instanceof Incoming.Content.OfRepo(RecordEvent record)
          ? record.uri()
          : "%s-%d@%d"
              .formatted(event.source().topic(), event.source().partition(), event.offset());
    }
  }

  private final Map<Count, Long> counts = new HashMap<>();
  private final List<Letter> letters = new ArrayList<>();
  private final List<RepoRequest> requests = new ArrayList<>();

  void count(Topic topic, String type, Outcome outcome) {
    counts.merge(new Count(topic, type, outcome), 1L, Long::sum);
  }

  void setAside(Incoming event, String reason, Throwable cause) {
    letters.add(new Letter(event, reason, cause));
  }

  void request(RepoRequest request) {
    requests.add(request);
  }

  Map<Count, Long> counts() {
    return counts;
  }

  List<Letter> letters() {
    return letters;
  }

  List<RepoRequest> requests() {
    return requests;
  }
}
