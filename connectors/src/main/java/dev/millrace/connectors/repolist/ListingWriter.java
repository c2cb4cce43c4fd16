package dev.millrace.connectors.repolist;

import dev.millrace.connectors.ingest.IngestMetrics;
import dev.millrace.connectors.kafka.Batch;
import dev.millrace.schema.event.CursorKey;
import dev.millrace.schema.event.DeadLetter;
import dev.millrace.schema.event.EventCodec;
import dev.millrace.schema.event.RepoListing;
import dev.millrace.schema.topic.Topic;
import java.util.HashSet;
import java.util.Set;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes batches of one listing's pages and hands them on. The list's last page is asked for again
 * at every look: what it held before is left out.
 *
 * <p>Used by one thread at a time.
 */
final class ListingWriter {
  private static final Logger log = LoggerFactory.getLogger(ListingWriter.class);
  private static final int LOG_EVERY = 10_000;

  private final CursorKey stream;
  private final BatchSink sink;
  private final IngestMetrics metrics;
  private final IntConsumer written;
  private final Set<String> tail = new HashSet<>();
  private long processed;

  /**
   * Writes nothing yet.
   *
   * @param written is told how many repos were
   */
  ListingWriter(CursorKey stream, BatchSink sink, IngestMetrics metrics, IntConsumer written) {
    this.stream = stream;
    this.sink = sink;
    this.metrics = metrics;
    this.written = written;
  }

  /** What the list's last page held. */
  void tail(ListedPage last) {
    tail.clear();
    last.repos().forEach(repo -> tail.add(identity(repo)));
  }

  void forgetTail() {
    tail.clear();
  }

  /** The repos of a page that are not of the tail, and what is set aside of it. */
  Batch batch(ListedPage page) {
    Batch batch = new Batch();
    for (RepoListing repo : page.repos()) {
      if (tail.contains(identity(repo))) {
        metrics.dropped("listed-before");
      } else {
        batch.add(Topic.REPO_BACKFILL, repo.did(), EventCodec.encode(repo));
      }
    }
    for (DeadLetter letter : page.refused()) {
      batch.add(letter);
      metrics.deadLetter(letter.reason());
    }
    return batch;
  }

  void write(Batch batch) throws InterruptedException {
    sink.write(batch);
  }

  /** The same of a page's batch, and counts. */
  void write(Batch batch, ListedPage page) throws InterruptedException {
    int listed = batch.size() - page.refused().size();
    sink.write(batch);
    written.accept(listed);
    metrics.events("listing", listed);
    count(page.repos().size(), page.cursor());
  }

  /** Since the start of this process. */
  private void count(int repos, @Nullable String cursor) {
    long previous = processed;
    processed += repos;
    if (processed / LOG_EVERY > previous / LOG_EVERY) {
      log.info("{}: Processed {} repos, cursor: {}", stream, processed, cursor);
    }
  }

  private static String identity(RepoListing repo) {
    return repo.did() + ' ' + repo.status() + ' ' + repo.active();
  }
}
