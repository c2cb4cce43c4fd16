package dev.millrace.app.progress;

import java.io.Console;

/** Where bars can be drawn. */
public final class Terminal {
  private Terminal() {}

  /** Whether somebody looks on while a command works. */
  @SuppressWarnings("SystemConsoleNull") // it is null again in Java 25, where nobody types
  public static boolean isThere() {
    Console console = System.console();
    return console != null && console.isTerminal() && !"dumb".equals(System.getenv("TERM"));
  }
}
