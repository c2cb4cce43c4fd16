package dev.millrace.connectors.window;

/** Is told how a run goes, on the thread that called it. */
public interface WindowListener {
  /** Something that the operator should know. */
  void note(String text);

  /** Several times a second. */
  void progress(WindowProgress progress);
}
