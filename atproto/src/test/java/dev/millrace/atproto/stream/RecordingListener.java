package dev.millrace.atproto.stream;

import dev.millrace.atproto.BadDataException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** Keeps what it is told. */
class RecordingListener implements ResumingStream.Listener {
  final List<StreamMessage> messages = new CopyOnWriteArrayList<>();
  final List<BadDataException> problems = new CopyOnWriteArrayList<>();
  final List<StreamEnd> ends = new CopyOnWriteArrayList<>();
  final List<Duration> waits = new CopyOnWriteArrayList<>();
  final AtomicInteger connections = new AtomicInteger();

  @Override
  public void onConnected() {
    connections.incrementAndGet();
  }

  @Override
  public void onMessage(StreamMessage message, byte[] frame) {
    messages.add(message);
  }

  @Override
  public void onBadFrame(byte[] frame, BadDataException problem) {
    problems.add(problem);
  }

  @Override
  public void onDisconnected(StreamEnd end, Duration retryIn) {
    ends.add(end);
    waits.add(retryIn);
  }

  List<Long> cursors() {
    return messages.stream().map(StreamMessage::cursor).toList();
  }

  List<StreamEnd.Reason> reasons() {
    return ends.stream().map(StreamEnd::reason).toList();
  }
}
