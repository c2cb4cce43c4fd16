/**
 * The database: where it is, and its tables, by Flyway. Holds no statement that reads or writes
 * rows. The generated jOOQ classes are in {@code dev.millrace.schema.jooq}, without schema names:
 * {@link dev.millrace.schema.database.Database} puts the schema first in every connection's {@code
 * search_path}.
 */
@org.jspecify.annotations.NullMarked
package dev.millrace.schema.database;
