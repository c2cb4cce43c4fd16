package dev.millrace.connectors.kafka;

/**
 * Is told each durable boundary that a batch crosses, on the writing thread. Tests let the process
 * die there; the application passes {@link #NONE}.
 */
@FunctionalInterface
public interface WriteSteps {
  WriteSteps NONE = step -> {};

  /** In the order in which a batch crosses them. */
  enum Step {
    BATCH_FILLED,
    TRANSACTION_BEGUN,
    EVENTS_SENT,
    CURSOR_SENT,
    COMMITTED
  }

  void reached(Step step);
}
