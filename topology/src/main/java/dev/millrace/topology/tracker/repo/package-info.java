/**
 * What is known of one repo, and the rules by which an event changes it. Excludes Kafka.
 *
 * @see <a href="https://atproto.com/specs/sync">the specification</a>
 */
@NullMarked
package dev.millrace.topology.tracker.repo;

import org.jspecify.annotations.NullMarked;
