package dev.millrace.app.oracle;

import java.util.List;

/**
 * A promise about what comes through the whole pipeline, whatever happened on the way. One object a
 * run, used by its thread, when everything has come to rest.
 */
interface Guarantee {
  /** Where it is broken, in words; empty if it is kept. */
  List<String> breaches() throws Exception;
}
