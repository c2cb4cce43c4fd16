package dev.millrace.connectors.repolist;

import dev.millrace.connectors.kafka.Batch;
import dev.millrace.schema.event.RepoListing;
import java.util.List;

/** What is written of a page of a list. */
@FunctionalInterface
interface PageRecords {
  /** Adds records of these repos; may wait for what says which. */
  void add(Batch batch, List<RepoListing> repos) throws InterruptedException;
}
