package dev.millrace.atproto.repo;

import org.jspecify.annotations.Nullable;

/** An operation that its commit's tree confirms, with the record it wrote. */
public final class ProvenOp {
  private final RepoOp operation;
  private final byte @Nullable [] record;

  ProvenOp(RepoOp operation, byte @Nullable [] record) {
    this.operation = operation;
    this.record = record;
  }

  public RepoOp operation() {
    return operation;
  }

  /** The record's block, not decoded; null for a delete. Do not change it. */
  public byte @Nullable [] record() {
    return record;
  }
}
