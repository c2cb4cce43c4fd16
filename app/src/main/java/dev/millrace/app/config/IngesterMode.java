package dev.millrace.app.config;

/** Which producers run. */
public enum IngesterMode {
  ALL,
  FIREHOSE,
  LABELS,
  BACKFILL;

  public boolean firehose() {
    return this == ALL || this == FIREHOSE;
  }

  public boolean labels() {
    return this == ALL || this == LABELS;
  }

  public boolean backfill() {
    return this == ALL || this == BACKFILL;
  }
}
