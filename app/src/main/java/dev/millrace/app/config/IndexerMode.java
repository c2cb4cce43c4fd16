package dev.millrace.app.config;

/** Which of the indexer's topics are read. */
public enum IndexerMode {
  ALL,
  FIREHOSE,
  LABELS
}
