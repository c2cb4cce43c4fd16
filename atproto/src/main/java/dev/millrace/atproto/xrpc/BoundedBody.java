package dev.millrace.atproto.xrpc;

import dev.millrace.atproto.BadDataException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.function.Function;

/**
 * A body that ends in an error rather than go on too long. Counts decompressed bytes. Owned by the
 * thread that reads it.
 */
final class BoundedBody extends FilterInputStream {
  private final long maxBytes;
  private final Function<IOException, XrpcException> failure;
  private long count;

  BoundedBody(InputStream in, long maxBytes, Function<IOException, XrpcException> failure) {
    super(in);
    this.maxBytes = maxBytes;
    this.failure = failure;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    int read;
    try {
      read = in.read(buffer, offset, length);
    } catch (IOException e) {
      throw failure.apply(e);
    }
    if (read > 0) {
      count += read;
      if (count > maxBytes) {
        throw tooBig(maxBytes);
      }
    }
    return read;
  }

  @Override
  public long skip(long n) throws IOException {
    byte[] sink = new byte[Math.clamp(n, 0, 8192)];
    return sink.length == 0 ? 0 : Math.max(0, read(sink, 0, sink.length));
  }

  @Override
  public boolean markSupported() {
    return false;
  }

  static BadDataException tooBig(long maxBytes) {
    return new BadDataException("too-big", "a body of more than " + maxBytes + " bytes");
  }
}
