package dev.millrace.connectors.window;

import org.jspecify.annotations.Nullable;

/** Holds reading for a while, for something that is more important. Asked by several threads. */
@FunctionalInterface
public interface Brake {
  /** Why nothing is to be read now, in words; null if it may be. Answers at once. */
  @Nullable String reason();
}
