/**
 * A network on localhost made by hand for the tests: repos, one directory, and PDSes that
 * misbehave.
 */
@NullMarked
package dev.millrace.topology.backfiller.network;

import org.jspecify.annotations.NullMarked;
