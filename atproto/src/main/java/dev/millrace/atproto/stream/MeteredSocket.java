package dev.millrace.atproto.stream;

import java.io.IOException;
import okio.Buffer;
import okio.ForwardingSource;
import okio.Sink;
import okio.Socket;
import okio.Source;

/**
 * A connection that breaks off once too many bytes came since a message was complete: OkHttp itself
 * holds a message of any size in memory. The reader thread alone reads and resets.
 */
final class MeteredSocket implements Socket {
  private final Socket connection;
  private final Source source;
  private final long maxUnfinishedBytes;
  private long unfinishedBytes;

  MeteredSocket(Socket connection, long maxUnfinishedBytes) {
    this.connection = connection;
    this.maxUnfinishedBytes = maxUnfinishedBytes;
    this.source =
        new ForwardingSource(connection.getSource()) {
          @Override
          public long read(Buffer sink, long byteCount) throws IOException {
            long read = super.read(sink, byteCount);
            count(read);
            return read;
          }
        };
  }

  private void count(long read) throws IOException {
    if (read > 0) {
      unfinishedBytes += read;
      if (unfinishedBytes > maxUnfinishedBytes) {
        throw new UnfinishedMessageException(maxUnfinishedBytes);
      }
    }
  }

  /** A message is complete; the little that was read ahead of the next one is forgiven. */
  void reset() {
    unfinishedBytes = 0;
  }

  @Override
  public Source getSource() {
    return source;
  }

  @Override
  public Sink getSink() {
    return connection.getSink();
  }

  @Override
  public void cancel() {
    connection.cancel();
  }
}
