package dev.millrace.atproto.syntax;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.atproto.BadDataException;
import dev.millrace.atproto.SharedFixtures;
import dev.millrace.atproto.cid.Cid;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The protocol's own vectors, every line of every file. */
class SyntaxVectorsTest {

  static Stream<Arguments> types() {
    return Stream.of(
        type("atidentifier", AtIdentifier::isValid, AtIdentifier::parse),
        type("aturi", AtUri::isValid, AtUri::parse),
        type("cid", Cid::isValidSyntax, text -> text),
        type("datetime", Datetime::isValid, Datetime::parse),
        type("did", Did::isValid, Did::parse),
        type("handle", Handle::isValid, Handle::parse),
        type("language", Language::isValid, Language::parse),
        type("nsid", Nsid::isValid, Nsid::parse),
        type("recordkey", RecordKey::isValid, RecordKey::parse),
        type("tid", Tid::isValid, Tid::parse),
        type("uri", Uri::isValid, Uri::parse));
  }

  private static Arguments type(
      String name, Predicate<String> isValid, Function<String, Object> parse) {
    return Arguments.of(name, isValid, parse);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("types")
  void shouldAcceptEveryValidVectorAndKeepItsText(
      String name, Predicate<String> isValid, Function<String, Object> parse) throws IOException {
    for (String line : lines(name + "_syntax_valid.txt")) {
      assertThat(isValid.test(line)).as("%s: <%s>", name, line).isTrue();
      assertThat(parse.apply(line)).hasToString(line);
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("types")
  void shouldRefuseEveryInvalidVector(
      String name, Predicate<String> isValid, Function<String, Object> parse) throws IOException {
    for (String line : lines(name + "_syntax_invalid.txt")) {
      assertRefused(name, line, isValid, parse);
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("types")
  void shouldRefuseWhatIsWellFormedButMeansNothing(
      String name, Predicate<String> isValid, Function<String, Object> parse) throws IOException {
    if (name.equals("datetime") || name.equals("language")) {
      for (String line : lines(name + "_parse_invalid.txt")) {
        assertRefused(name, line, isValid, parse);
      }
    }
  }

  private static void assertRefused(
      String name, String line, Predicate<String> isValid, Function<String, Object> parse) {
    assertThat(isValid.test(line)).as("%s: <%s>", name, line).isFalse();
    if (!name.equals("cid")) {
      assertThatThrownBy(() -> parse.apply(line))
          .isInstanceOfSatisfying(
              BadDataException.class, e -> assertThat(e.reason()).isEqualTo("syntax"));
    }
  }

  private static List<String> lines(String file) throws IOException {
    List<String> lines =
        Files.readAllLines(SharedFixtures.path("interop/syntax/" + file)).stream()
            .filter(line -> !line.isEmpty() && !line.startsWith("#"))
            .toList();
    assertThat(lines).isNotEmpty();
    return lines;
  }
}
