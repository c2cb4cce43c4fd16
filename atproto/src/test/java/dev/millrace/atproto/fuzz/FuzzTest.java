package dev.millrace.atproto.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.atproto.SharedFixtures;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Whatever comes, a parser throws nothing but bad data, ends soon, and allocates no more than its
 * limit. The long run is {@code scripts/fuzz}; what it once found is read here each time.
 */
class FuzzTest {
  private static final int INPUTS = 20_000;

  @ParameterizedTest
  @EnumSource(Target.class)
  void shouldBearDamagedInputs(Target target) throws IOException {
    Mutator mutator =
        new Mutator(
            new Random(7),
            Seeds.read(Objects.requireNonNull(SharedFixtures.path("real").getParent())).of(target));
    Fuzzing fuzzing = new Fuzzing(target);
    for (int i = 0; i < INPUTS; i++) {
      assertThat(fuzzing.read(mutator.next())).isEmpty();
    }
    assertThat(fuzzing.refused()).isGreaterThan(INPUTS / 5);
    assertThat(fuzzing.refused()).isLessThan(fuzzing.inputs());
  }

  @Test
  void shouldBearWhatOnceBrokeAParser() throws IOException, URISyntaxException {
    Path corpus = Path.of(Objects.requireNonNull(getClass().getResource("/fuzz")).toURI());
    int read = 0;
    for (Target target : Target.values()) {
      Path folder = corpus.resolve(target.word());
      if (Files.isDirectory(folder)) {
        try (Stream<Path> inputs = Files.list(folder)) {
          for (Path input : inputs.toList()) {
            assertThat(new Fuzzing(target).read(Files.readAllBytes(input)))
                .as("%s", input)
                .isEmpty();
            read++;
          }
        }
      }
    }
    assertThat(read).isPositive();
  }
}
