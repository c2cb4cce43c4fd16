/**
 * One broker and one Postgres inside this process, on loopback, with their data in a directory that
 * outlives it: for the demo, single-machine runs and tests. Knows nothing of Millrace's topics or
 * tables.
 */
@org.jspecify.annotations.NullMarked
package dev.millrace.embedded;
