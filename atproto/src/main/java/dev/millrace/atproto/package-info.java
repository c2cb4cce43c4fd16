/**
 * The AT Protocol, pure: what its bytes and names mean, and how its hosts are asked.
 *
 * <p>Excludes storage and messaging: no Kafka, no JDBC. The packages below hold one concept each;
 * this one holds only what all of them throw.
 */
@NullMarked
package dev.millrace.atproto;

import org.jspecify.annotations.NullMarked;
