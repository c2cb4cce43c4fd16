package dev.millrace.connectors.sink.collection;

import org.jooq.TableField;

/**
 * That a creator has one row a subject: of several records the one with the smallest URI has the
 * row, the others wait in {@code duplicate_record}. The smallest and not the first: it does not
 * depend on the order of arrival.
 *
 * @param table where the row is
 */
public record UniqueKey(
    OwnTable table, TableField<?, String> creator, TableField<?, String> subject) {}
