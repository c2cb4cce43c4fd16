package dev.millrace.atproto.repo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A repository of a hundred megabytes is expanded in a heap of a fraction of it. */
final class LargeRepoIT {
  @TempDir private Path folder;

  @Test
  void shouldExpandALargeRepoInASmallHeap() throws IOException, InterruptedException {
    Path file = folder.resolve("large.car");
    LargeRepo.write(file, 300_000);
    assertThat(Files.size(file)).isGreaterThan(90_000_000);
    Path spool = folder.resolve("spool");
    Path output = folder.resolve("output");
    Process reader =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx40m",
                "-XX:MaxDirectMemorySize=8m",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path"),
                LargeRepo.class.getName(),
                "read",
                file.toString(),
                spool.toString(),
                "1")
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    try {
      assertThat(reader.waitFor(300, TimeUnit.SECONDS)).isTrue();
    } finally {
      reader.destroyForcibly();
    }
    List<String> lines = Files.readAllLines(output, StandardCharsets.UTF_8);
    lines.forEach(System.out::println);
    assertThat(reader.exitValue()).as(String.join("\n", lines)).isZero();
    assertThat(lines).contains("records 300000");
    try (Stream<Path> left = Files.list(spool)) {
      assertThat(left).isEmpty();
    }
  }
}
