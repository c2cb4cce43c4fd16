package dev.millrace.connectors.repolist;

import dev.millrace.connectors.ingest.IngestMetrics;
import dev.millrace.connectors.kafka.Batch;
import dev.millrace.schema.event.CursorKey;
import dev.millrace.schema.event.DeadLetter;
import dev.millrace.schema.event.EventCodec;
import dev.millrace.schema.event.RepoListing;
import dev.millrace.schema.topic.Topic;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
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
  private final PageRecords records;
  private final IngestMetrics metrics;
  private final IntConsumer written;

  /** Hashes, sorted: there may be thousands of hosts, and a page has a thousand repos. */
  private long[] tail = {};

  private long processed;

  /**
   * Writes nothing yet.
   *
   * @param written is told how many repos were
   */
  ListingWriter(
      CursorKey stream,
      BatchSink sink,
      PageRecords records,
      IngestMetrics metrics,
      IntConsumer written) {
    this.stream = stream;
    this.sink = sink;
    this.records = records;
    this.metrics = metrics;
    this.written = written;
  }

  /** What the list's last page held. */
  void tail(ListedPage last) {
    tail = last.repos().stream().mapToLong(ListingWriter::identity).sorted().toArray();
  }

  void forgetTail() {
    tail = new long[0];
  }

  /** What is written of a page: of its repos that are not of the tail, and what is set aside. */
  Batch batch(ListedPage page) throws InterruptedException {
    List<RepoListing> fresh = new ArrayList<>(page.repos().size());
    for (RepoListing repo : page.repos()) {
      if (Arrays.binarySearch(tail, identity(repo)) >= 0) {
        metrics.dropped("listed-before");
      } else {
        fresh.add(repo);
      }
    }
    Batch batch = new Batch();
    records.add(batch, fresh);
    for (DeadLetter letter : page.refused()) {
      batch.add(letter);
      metrics.deadLetter(letter.reason());
    }
    return batch;
  }

  /** To the backfiller, all of them. */
  static void toBackfill(Batch batch, List<RepoListing> repos) {
    for (RepoListing repo : repos) {
      batch.add(Topic.REPO_BACKFILL, repo.did(), EventCodec.encode(repo));
    }
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

  private static long identity(RepoListing repo) {
    String text = repo.did() + ' ' + repo.status() + ' ' + repo.active();
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return ByteBuffer.wrap(hash).getLong();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
