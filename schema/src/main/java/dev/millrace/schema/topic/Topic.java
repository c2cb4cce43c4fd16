package dev.millrace.schema.topic;

import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.utils.Utils;

/**
 * Every topic of Millrace. All have the same partition count and are keyed by DID in UTF-8 (where
 * the value has one), so a repo lives on the same partition number in each of them.
 */
public enum Topic {
  /** {@code RepoEvent}s off the relays' streams. */
  FIREHOSE_LIVE("firehose_live", Kept.TRIMMED),
  /** {@code RepoEvent}s of snapshots and windows, {@code seq} = -1. */
  FIREHOSE_BACKFILL("firehose_backfill", Kept.TRIMMED),
  /** {@code RepoListing}s: the bulk listing. */
  REPO_BACKFILL("repo_backfill", Kept.TRIMMED),
  /** {@code RepoRequest}s: users, gaps, operators. */
  REPO_REQUESTS("repo_requests", Kept.TRIMMED),
  /** {@code LabelEvent}s; keyed by {@code LabelEvent.key()}. */
  LABEL_LIVE("label_live", Kept.TRIMMED),
  /** DID → handle, PDS, signing key. */
  IDENTITIES("identities", Kept.COMPACTED),
  /** DID → {@code PlcIdentity}: what the PLC directory's export says of it, not checked further. */
  PLC_IDENTITIES("plc_identities", Kept.COMPACTED),
  /** {@code CursorKey} → {@code CursorValue}. */
  INGEST_CURSORS("ingest_cursors", Kept.COMPACTED),
  /** DIDs that asked not to be collected. */
  OPTOUTS("optouts", Kept.COMPACTED),
  /** {@code DeadLetter}s. */
  DEAD_LETTERS("dead_letters", Kept.LONG);

  /** How a topic loses records. */
  public enum Kept {
    /** Kafka never deletes; Millrace trims what every reader has stored and is old enough. */
    TRIMMED,
    /** The newest value of each key stays. */
    COMPACTED,
    /** Deleted after {@link Topics#DEAD_LETTER_RETENTION}. */
    LONG
  }

  /**
   * The partition count where the operator chooses none. It bounds how many sink workers write at
   * once and cannot be raised in place, so it is above what one machine uses (a worker keeps about
   * one core busy, half of it in Postgres); each partition costs a stream task with its store and
   * open files in every topic, which is why it is not far above.
   */
  public static final int DEFAULT_PARTITIONS = 16;

  /**
   * The largest event: a record of 1 MiB whose every byte is a control character takes six bytes a
   * byte as JSON ({@code \u0000}), the envelope and a maximal record key the rest. Producers set
   * {@code max.request.size} to it; the topics' {@code max.message.bytes} is the same plus room for
   * a batch's own header.
   */
  public static final int MAX_EVENT_BYTES = 8 * 1024 * 1024;

  private final String topicName;
  private final Kept kept;

  Topic(String topicName, Kept kept) {
    this.topicName = topicName;
    this.kept = kept;
  }

  public String topicName() {
    return topicName;
  }

  public Kept kept() {
    return kept;
  }

  /** The key of everything about a repo. */
  public static byte[] key(String did) {
    return did.getBytes(StandardCharsets.UTF_8);
  }

  /**
   * The partition number of a repo in every topic: what Kafka's default partitioner makes of {@link
   * #key} (murmur2, sign bit cleared, modulo the count).
   */
  public static int partitionOf(String did, int partitions) {
    return partitionOf(key(did), partitions);
  }

  /** The same of a key's bytes. */
  public static int partitionOf(byte[] key, int partitions) {
    return Utils.toPositive(Utils.murmur2(key)) % partitions;
  }
}
