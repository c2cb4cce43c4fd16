package dev.millrace.topology.backfiller.fetch;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;

/**
 * The end of a DID's {@code firehose_live} partition, noted before a fetch begins (invariant 5):
 * what stands below it happened before. Always asked anew, since an older answer would let a
 * deletion that the fetch already knew of refuse it. Thread-safe.
 */
public final class LivePositions {
  private static final Duration TIMEOUT = Duration.ofSeconds(15);

  private final Admin admin;
  private final String topic;

  public LivePositions(Admin admin, String topic) {
    this.admin = admin;
    this.topic = topic;
  }

  /** Blocks for the cluster's answer, at most 15 s. */
  public long end(int partition) throws IOException, InterruptedException {
    TopicPartition live = new TopicPartition(topic, partition);
    try {
      return admin
          .listOffsets(Map.of(live, OffsetSpec.latest()))
          .partitionResult(live)
          .get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
          .offset();
    } catch (ExecutionException | TimeoutException e) {
      throw new IOException("the end of " + live + " is not known: " + e.getMessage(), e);
    }
  }
}
