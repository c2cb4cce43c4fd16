package dev.millrace.app.demo;

import dev.millrace.app.run.Progress;
import java.io.Console;
import java.io.PrintWriter;

/** Shows how the catching-up comes along. Owned by one thread. */
interface Display extends AutoCloseable {
  /**
   * Shows the newest counts.
   *
   * @param repos in the network
   * @param left events before the indexer
   */
  void show(Progress progress, long repos, long left);

  @Override
  void close();

  /** Bars on a terminal, lines elsewhere. */
  @SuppressWarnings("SystemConsoleNull") // it is null again in Java 25, where nobody types
  static Display on(PrintWriter out) {
    Console console = System.console();
    return console != null && console.isTerminal() ? new Bars() : new Lines(out);
  }
}
