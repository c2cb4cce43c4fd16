/** How often somebody may be asked. Excludes waiting for it: whoever asks knows on which thread. */
@NullMarked
package dev.millrace.atproto.rate;

import org.jspecify.annotations.NullMarked;
