package dev.millrace.atproto;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Files that live beside the repository and are not part of it: the protocol's own test vectors,
 * captures of a PDS, production data. A test that asks for one that is absent is skipped and says
 * so.
 */
public final class SharedFixtures {
  private SharedFixtures() {}

  /** The file or folder under {@code fixtures/}, for example {@code interop/crypto}. */
  public static Path path(String relative) {
    Path file =
        Path.of(System.getProperty("millrace.shared", "../../shared"), "fixtures", relative);
    boolean there = Files.exists(file);
    if (!there) {
      System.out.println("skipped: no fixture " + file.toAbsolutePath().normalize());
    }
    assumeTrue(there, () -> "skipped: no fixture " + file.toAbsolutePath().normalize());
    return file;
  }
}
