/**
 * {@code scripts/many-hosts}: a backfill from many hosts, a third of them bad in every way there
 * is, measured against the same without them.
 */
@NullMarked
package dev.millrace.app.manyhosts;

import org.jspecify.annotations.NullMarked;
