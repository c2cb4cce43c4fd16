/**
 * The topics: their names, how each is kept, and which partition a repo lives on. Excludes what is
 * in them ({@link dev.millrace.schema.event}).
 */
@org.jspecify.annotations.NullMarked
package dev.millrace.schema.topic;
