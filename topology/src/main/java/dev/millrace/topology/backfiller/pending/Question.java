package dev.millrace.topology.backfiller.pending;

/**
 * What a wish wants to know of the account, beside the repo. The constants rise: of two wishes for
 * one repo the greater question is asked.
 */
public enum Question {
  NONE,
  /** Whether the status that a host told of is what the account's current PDS says. */
  STATUS,
  /** The same of a deletion: that the repo is nowhere confirms it. */
  DELETION;

  /** By the reason of a request. */
  static Question of(String reason) {
    return switch (reason) {
      case "status" -> STATUS;
      case "deletion" -> DELETION;
      default -> NONE;
    };
  }

  Question or(Question other) {
    return compareTo(other) >= 0 ? this : other;
  }
}
