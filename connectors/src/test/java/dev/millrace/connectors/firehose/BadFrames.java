package dev.millrace.connectors.firehose;

import dev.millrace.atproto.cbor.CborWriter;
import dev.millrace.atproto.stream.CommitMessage;
import dev.millrace.atproto.syntax.Did;
import java.util.List;

/** Good messages with one thing wrong. */
final class BadFrames {
  private BadFrames() {}

  static CommitMessage withBlocks(CommitMessage message, byte[] blocks) {
    return new CommitMessage(
        message.seq(),
        message.repo(),
        message.rev(),
        message.since(),
        message.commit(),
        message.prevData(),
        false,
        blocks,
        message.ops(),
        message.time());
  }

  /** In the last block, which is a record's. */
  static CommitMessage withFlippedByte(CommitMessage message) {
    byte[] blocks = message.blocks().clone();
    blocks[blocks.length - 1] ^= 1;
    return withBlocks(message, blocks);
  }

  static CommitMessage withDid(CommitMessage message, Did did) {
    return new CommitMessage(
        message.seq(),
        did,
        message.rev(),
        message.since(),
        message.commit(),
        message.prevData(),
        false,
        message.blocks(),
        message.ops(),
        message.time());
  }

  static CommitMessage withSeq(CommitMessage message, long seq) {
    return new CommitMessage(
        seq,
        message.repo(),
        message.rev(),
        message.since(),
        message.commit(),
        message.prevData(),
        false,
        message.blocks(),
        message.ops(),
        message.time());
  }

  /** So that its tree is not reached from the one before. */
  static CommitMessage withoutOps(CommitMessage message) {
    return new CommitMessage(
        message.seq(),
        message.repo(),
        message.rev(),
        message.since(),
        message.commit(),
        message.prevData(),
        false,
        message.blocks(),
        List.of(),
        message.time());
  }

  /** A well-formed message of a type that nobody knows. */
  static byte[] ofType(String type, long seq) {
    CborWriter frame = new CborWriter();
    frame.map(2).text("t").text(type).text("op").integer(1);
    frame.map(1).text("seq").integer(seq);
    return frame.toBytes();
  }
}
