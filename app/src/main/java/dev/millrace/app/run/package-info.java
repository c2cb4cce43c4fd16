/**
 * Parts of the pipeline started together in this process, watched, and stopped in order. Excludes
 * the parts themselves (connectors, topology) and their options (config).
 */
@NullMarked
package dev.millrace.app.run;

import org.jspecify.annotations.NullMarked;
