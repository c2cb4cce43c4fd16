package dev.millrace.atproto.stream;

import java.util.List;

/** {@code #labels}: labels, set or taken back. */
public record LabelsMessage(long seq, List<Label> labels) implements StreamMessage {

  public LabelsMessage {
    labels = List.copyOf(labels);
  }

  @Override
  public Long cursor() {
    return seq;
  }
}
