package dev.millrace.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * The directory of one embedded server: locked while it runs, so that no second process touches the
 * data; it remembers the ports, so that a restart is found at the same address.
 *
 * <p>The lock is the operating system's and goes with the process, however that ends.
 */
final class DataDirectory implements AutoCloseable {
  // Below the ports that systems hand to outgoing connections, which could hold one at a restart.
  private static final int LOWEST_PORT = 20_000;
  private static final int HIGHEST_PORT = 30_000;
  private static final int PORT_TRIES = 200;

  private final Path path;
  private final FileChannel channel;
  private final boolean isTemporary;

  private DataDirectory(Path path, FileChannel channel, boolean isTemporary) {
    this.path = path;
    this.channel = channel;
    this.isTemporary = isTemporary;
  }

  /**
   * Creates the directory where it is missing and locks it.
   *
   * @throws IllegalStateException if another server holds it
   */
  static DataDirectory open(Path directory) {
    return open(directory, false);
  }

  /** A new directory that goes with {@link #close}. */
  static DataDirectory temporary(String prefix) {
    try {
      return open(Files.createTempDirectory(prefix), true);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static DataDirectory open(Path directory, boolean isTemporary) {
    try {
      Path path = Files.createDirectories(directory).toRealPath();
      FileChannel channel =
          FileChannel.open(
              path.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (!lock(channel)) {
        channel.close();
        throw new IllegalStateException("another process is running on " + path);
      }
      return new DataDirectory(path, channel, isTemporary);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot use the data directory " + directory, e);
    }
  }

  private static boolean lock(FileChannel channel) throws IOException {
    try {
      // Held as long as the channel is open.
      @Nullable FileLock lock = channel.tryLock();
      return lock != null;
    } catch (OverlappingFileLockException e) {
      return false; // held by this same process
    }
  }

  Path path() {
    return path;
  }

  Path resolve(String name) {
    return path.resolve(name);
  }

  /**
   * The port for a listener of this directory: the one asked for, else the one it had before, else
   * a free one.
   *
   * @param name of the listener
   * @param wanted 0 for none in particular
   * @throws IllegalStateException if the port asked for is taken
   */
  int port(String name, int wanted) {
    Path file = resolve(name + ".port");
    int port;
    if (wanted != 0) {
      if (!isFree(wanted)) {
        throw new IllegalStateException("port %d on 127.0.0.1 is taken".formatted(wanted));
      }
      port = wanted;
    } else {
      Integer before = remembered(file);
      port = before != null && isFree(before) ? before : freePort();
    }
    try {
      Path written = Files.writeString(resolve(name + ".port.new"), String.valueOf(port));
      Files.move(written, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return port;
  }

  private static @Nullable Integer remembered(Path file) {
    try {
      return Integer.valueOf(Files.readString(file).strip());
    } catch (NoSuchFileException e) {
      return null;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int freePort() {
    for (int i = 0; i < PORT_TRIES; i++) {
      int port = ThreadLocalRandom.current().nextInt(LOWEST_PORT, HIGHEST_PORT);
      if (isFree(port)) {
        return port;
      }
    }
    throw new IllegalStateException(
        "no free port found on 127.0.0.1 from %d to %d".formatted(LOWEST_PORT, HIGHEST_PORT));
  }

  private static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true); // as the servers do: a connection in TIME_WAIT is no hindrance
      socket.bind(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port));
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** Unlocks; a temporary directory is deleted. */
  @Override
  public void close() {
    try {
      channel.close();
      if (isTemporary) {
        delete(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static void delete(Path directory) throws IOException {
    if (!Files.exists(directory)) {
      return;
    }
    Files.walkFileTree(
        directory,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException failure)
              throws IOException {
            if (failure instanceof NoSuchFileException) {
              return FileVisitResult.CONTINUE; // its owner was faster
            }
            throw failure;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path dir, @Nullable IOException failure)
              throws IOException {
            Files.deleteIfExists(dir);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
