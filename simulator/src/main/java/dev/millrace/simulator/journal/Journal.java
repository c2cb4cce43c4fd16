package dev.millrace.simulator.journal;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A directory's memory. One process at a time has it open. Not thread-safe, but that the world's
 * lock guards the calls of {@link #steps(long)}.
 *
 * <pre>
 * network.properties   key=value, replaced as a whole
 * steps                8 bytes: the live steps taken, the one under way included, big-endian
 * </pre>
 *
 * <p>Survives the death of the process at any moment; that of the machine may lose steps.
 */
public final class Journal implements AutoCloseable {
  private final Path properties;
  private final FileChannel steps;
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(Long.BYTES);

  private Journal(Path properties, FileChannel steps) {
    this.properties = properties;
    this.steps = steps;
  }

  /**
   * Opens or begins the memory of a directory.
   *
   * @throws IllegalStateException if another process has it open
   */
  public static Journal open(Path directory) {
    try {
      Files.createDirectories(directory);
      FileChannel steps =
          FileChannel.open(
              directory.resolve("steps"),
              StandardOpenOption.CREATE,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE);
      if (!locked(steps)) {
        steps.close();
        throw new IllegalStateException("another simulator is running in " + directory);
      }
      return new Journal(directory.resolve("network.properties"), steps);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot use the directory " + directory, e);
    }
  }

  private static boolean locked(FileChannel channel) throws IOException {
    try {
      FileLock lock = channel.tryLock();
      return lock != null;
    } catch (OverlappingFileLockException e) {
      return false;
    }
  }

  /** What was remembered under a key, or null. */
  public @Nullable String get(String key) {
    return read().getProperty(key);
  }

  /**
   * Remembers what this network is a function of, or compares it with what is remembered.
   *
   * @throws IllegalArgumentException if it differs: names the keys and both values
   */
  public void require(Map<String, String> identity) {
    Properties known = read();
    StringBuilder differences = new StringBuilder();
    Map<String, String> missing = new TreeMap<>();
    new TreeMap<>(identity)
        .forEach(
            (key, value) -> {
              String before = known.getProperty(key);
              if (before == null) {
                missing.put(key, value);
              } else if (!before.equals(value)) {
                differences.append("; %s is %s there, not %s".formatted(key, before, value));
              }
            });
    if (!differences.isEmpty()) {
      throw new IllegalArgumentException(
          "the directory "
              + properties.toAbsolutePath().getParent()
              + " holds another network"
              + differences);
    }
    put(missing);
  }

  /** Remembers more. */
  public void put(Map<String, String> more) {
    if (more.isEmpty()) {
      return;
    }
    Properties all = read();
    all.putAll(more);
    Path fresh = properties.resolveSibling("network.properties.new");
    try {
      try (Writer out = Files.newBufferedWriter(fresh)) {
        all.store(out, "What this simulated network is a function of. Do not change.");
      }
      Files.move(
          fresh, properties, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + properties, e);
    }
  }

  private Properties read() {
    Properties all = new Properties();
    if (Files.exists(properties)) {
      try (Reader in = Files.newBufferedReader(properties)) {
        all.load(in);
      } catch (IOException e) {
        throw new UncheckedIOException("cannot read " + properties, e);
      }
    }
    return all;
  }

  /** The live steps that were taken, or at least begun. */
  public long steps() {
    try {
      buffer.clear();
      int read = steps.read(buffer, 0);
      if (read != Long.BYTES && read > 0) {
        throw new IllegalStateException("the file of steps has " + read + " bytes");
      }
      return read <= 0 ? 0 : buffer.flip().getLong();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the steps", e);
    }
  }

  /** Remembers how many steps there are; called before a step takes effect. */
  public void steps(long count) {
    try {
      buffer.clear().putLong(count).flip();
      steps.write(buffer, 0);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write the steps", e);
    }
  }

  @Override
  public void close() {
    try {
      steps.close();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot close the journal", e);
    }
  }
}
