/**
 * The own tables of each collection: one class a collection says which rows a record has, {@link
 * dev.millrace.connectors.sink.collection.Collections} lists them, and {@link
 * dev.millrace.connectors.sink.collection.OwnRowsWriter} writes them all the same way. Table {@code
 * record} is not written here.
 */
@NullMarked
package dev.millrace.connectors.sink.collection;

import org.jspecify.annotations.NullMarked;
