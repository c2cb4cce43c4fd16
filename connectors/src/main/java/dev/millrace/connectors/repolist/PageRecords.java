package dev.millrace.connectors.repolist;

import dev.millrace.connectors.kafka.Batch;
import dev.millrace.schema.event.RepoListing;
import java.util.List;

/** What is written of a page of a list. */
@FunctionalInterface
interface PageRecords {
  /** Adds records of these repos. */
  void add(Batch batch, List<RepoListing> repos);
}
