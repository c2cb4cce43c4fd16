/**
 * The demonstration: a simulated network, the whole pipeline, the progress of catching up and the
 * comparison at its end. Excludes the network (simulator), the parts and how they are run.
 */
@NullMarked
package dev.millrace.app.demo;

import org.jspecify.annotations.NullMarked;
