package dev.millrace.app.oracle;

/**
 * What a part dies of that is killed: an error, so that nothing on its way takes it for its own.
 */
final class Killed extends Error {
  private static final long serialVersionUID = 1;

  Killed(CrashPoint point) {
    super("killed at " + point, null, false, false);
  }

  static boolean isCauseOf(Throwable failure) {
    for (Throwable at = failure; at != null; at = at.getCause()) {
      if (at instanceof Killed) {
        return true;
      }
    }
    return false;
  }
}
