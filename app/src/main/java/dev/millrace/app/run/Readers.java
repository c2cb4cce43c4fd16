package dev.millrace.app.run;

import java.util.Collection;
import java.util.List;

/** The groups whose lag says what is left, in the order of the flow. */
public record Readers(Reader tracker, Reader backfiller, Reader indexer) {

  /** A group and all the topics that it reads. */
  public record Reader(String group, Collection<String> topics) {
    public Reader {
      topics = List.copyOf(topics);
    }
  }
}
