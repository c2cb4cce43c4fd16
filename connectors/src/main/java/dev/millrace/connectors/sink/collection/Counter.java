package dev.millrace.connectors.sink.collection;

import org.jooq.TableField;

/**
 * A counter that the AppView reads: how many rows of a collection's main table name a thing.
 *
 * @param of where it is kept
 * @param count the column that holds it
 * @param by the column of the main table that names the thing; null there counts for nothing
 */
public record Counter(CountedTable of, TableField<?, Long> count, TableField<?, String> by) {}
