package dev.millrace.app.demo;

import dev.millrace.app.progress.Terminal;
import dev.millrace.app.run.Progress;
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
  static Display on(PrintWriter out) {
    return Terminal.isThere() ? new Bars() : new Lines(out);
  }
}
