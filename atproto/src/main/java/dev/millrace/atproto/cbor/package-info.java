/**
 * DAG-CBOR, the binary form of all data in repositories, and its JSON form.
 *
 * <p>Reading is strict: what decodes encodes again to the identical bytes, everything else is a
 * {@code BadDataException} "cbor" (or "cid"). Excludes what the data means.
 */
@NullMarked
package dev.millrace.atproto.cbor;

import org.jspecify.annotations.NullMarked;
