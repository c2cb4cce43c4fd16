package dev.millrace.schema.database;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JooqClassesIT {
  @TempDir private Path regenerated;

  @Test
  void shouldBeThoseOfTheMigrations() throws Exception {
    try (EmbeddedPostgres postgres = EmbeddedPostgres.temporary()) {
      GenerateJooqClasses.generate(postgres.jdbcUrl(), regenerated);
    }
    Map<String, String> wanted = sources(regenerated);
    Map<String, String> committed = sources(GenerateJooqClasses.COMMITTED);
    assertThat(committed.keySet())
        .as("run GenerateJooqClasses after a change of the migrations")
        .isEqualTo(wanted.keySet());
    wanted.forEach((name, source) -> assertThat(committed.get(name)).as(name).isEqualTo(source));
  }

  private static Map<String, String> sources(Path root) throws IOException {
    Map<String, String> sources = new TreeMap<>();
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        sources.put(root.relativize(file).toString(), Files.readString(file));
      }
    }
    return sources;
  }
}
