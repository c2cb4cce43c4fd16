package dev.millrace.schema.event;

import java.util.List;

/**
 * How much of a repo a snapshot holds, or a request wants.
 *
 * <p>JSON: {@code "scope":"full"}, or {@code "scope":"partial"} with {@code "collections":[nsid…]}
 * where it was cut by collection.
 *
 * @param isFull every record of the repo; only such a snapshot removes rows
 * @param collections of a partial scope; empty if it was not cut by collection
 */
public record Scope(boolean isFull, List<String> collections) {
  public static final Scope FULL = new Scope(true, List.of());

  static final String FULL_WORD = "full";
  static final String PARTIAL_WORD = "partial";

  public Scope {
    collections = List.copyOf(collections);
    if (isFull && !collections.isEmpty()) {
      throw new IllegalArgumentException("a full scope names no collections");
    }
  }

  public static Scope ofCollections(List<String> collections) {
    return new Scope(false, collections);
  }

  String word() {
    return isFull ? FULL_WORD : PARTIAL_WORD;
  }
}
