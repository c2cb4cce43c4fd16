/**
 * The tracker: watches both event topics, knows of each repo where it stands, asks for a fetch
 * where something was missed, and finds out whose handle is whose. {@link
 * dev.millrace.topology.tracker.TrackerTopology} shows it on one page. Excludes fetching.
 */
@NullMarked
package dev.millrace.topology.tracker;

import org.jspecify.annotations.NullMarked;
