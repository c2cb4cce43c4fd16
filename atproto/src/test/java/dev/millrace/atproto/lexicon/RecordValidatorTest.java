package dev.millrace.atproto.lexicon;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.atproto.SharedFixtures;
import dev.millrace.atproto.car.CarLimits;
import dev.millrace.atproto.car.CarReader;
import dev.millrace.atproto.cbor.CborToJson;
import dev.millrace.atproto.lexicon.Verdicts.Mutated;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RecordValidatorTest {
  private static final RecordValidator VALIDATOR = RecordValidator.bundled();

  @Test
  void shouldTakeAndRefuseWhatTheAppViewTakesAndRefuses() {
    List<Mutated> records = Verdicts.records();
    assertThat(records).hasSizeGreaterThanOrEqualTo(10_000);
    assertThat(records.stream().map(Mutated::collection).collect(Collectors.toSet()))
        .isEqualTo(VALIDATOR.collections());
    Map<Boolean, Long> verdicts =
        records.stream().collect(Collectors.groupingBy(Mutated::isIndexed, Collectors.counting()));
    assertThat(verdicts.get(true)).isGreaterThan(4_500);
    assertThat(verdicts.get(false)).isGreaterThan(4_500);

    assertThat(records.stream().filter(RecordValidatorTest::differs).map(RecordValidatorTest::told))
        .isEmpty();
  }

  @ParameterizedTest(name = "{1}: {2}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "app.bsky.feed.like | {} | subject: missing",
        "app.bsky.feed.like | [] | the record: a map expected",
        "app.bsky.feed.like | {\"subject\": {\"uri\": \"at://a\"}} | subject.uri: not a valid at-uri: \"at://a\"",
        "app.bsky.graph.block | {\"subject\": 1} | subject: a text expected",
        "app.bsky.graph.block | {\"subject\": \"did:plc:a\", \"createdAt\": \"2024-01-01T00:00:00Z\"} | $type: must be app.bsky.graph.block",
        "app.bsky.actor.profile | {\"$type\": \"app.bsky.actor.profile\", \"more\": [{\"a\": 9007199254740992}]} | more[0].a: 9007199254740992 is not an integer of 53 bits",
        "app.bsky.actor.profile | {\"avatar\": {\"cid\": \"bafkqaaa\", \"mimeType\": \"image/png\"}} | avatar: a blob in its first form, {cid, mimeType}",
        "app.bsky.feed.post | {\"text\": \"\", \"langs\": [\"en\", \"de\", \"fr\", \"ja\"]} | langs: 4 items, where 0 to 3 are allowed",
        "app.bsky.feed.post | {\"text\": \"\", \"facets\": [{\"index\": {\"byteStart\": -1}}]} | facets[0].index.byteStart: -1 is less than 0",
        "app.bsky.feed.post | {\"text\": \"\", \"embed\": {}} | embed: a map with a $type expected",
      })
  void shouldNameThePlaceAndWhatIsWrongThere(String collection, String record, String message) {
    assertThat(VALIDATOR.check(collection, Verdicts.parse(record)))
        .hasValueSatisfying(
            problem -> {
              assertThat(problem).hasMessage(message);
              assertThat(problem.reason()).isEqualTo(RecordValidator.REASON);
            });
  }

  @Test
  void shouldShowOnlyTheBeginningOfALongText() {
    JsonNode record = Verdicts.parse("{\"subject\": \"" + "x".repeat(100_000) + "\"}");
    assertThat(VALIDATOR.check("app.bsky.graph.block", record))
        .hasValueSatisfying(problem -> assertThat(problem.getMessage()).hasSizeLessThan(200));
  }

  @Test
  void shouldLetRecordsOfOtherCollectionsThrough() {
    assertThat(VALIDATOR.check("com.example.thing", Verdicts.parse("{\"a\": 1e99}"))).isEmpty();
  }

  @Test
  void shouldTakeTheRecordsOfCapturedReposExceptThatWithABlobInItsFirstForm() throws IOException {
    List<Path> cars = new ArrayList<>();
    for (String folder : List.of("real", "pds-capture/repos")) {
      try (Stream<Path> files = Files.list(SharedFixtures.path(folder))) {
        files.filter(file -> file.toString().endsWith(".car")).forEach(cars::add);
      }
    }
    CborToJson cborToJson = new CborToJson();
    int taken = 0;
    List<String> refused = new ArrayList<>();
    for (Path car : cars) {
      try (InputStream in = Files.newInputStream(car)) {
        CarReader blocks = new CarReader(in, CarLimits.REPO);
        while (blocks.next()) {
          JsonNode block =
              Verdicts.parse(
                  new String(cborToJson.convert(blocks.block()), StandardCharsets.UTF_8));
          String type = block.path("$type").asText();
          if (VALIDATOR.collections().contains(type)) {
            VALIDATOR.check(type, block).map(Throwable::getMessage).ifPresent(refused::add);
            taken++;
          }
        }
      }
    }
    taken -= refused.size();
    // The AppView's own verdicts on the same blocks.
    assertThat(refused)
        .containsExactly("embed.images[0].image: a blob in its first form, {cid, mimeType}");
    assertThat(taken).isEqualTo(181);
  }

  private static boolean differs(Mutated mutated) {
    return VALIDATOR.check(mutated.collection(), mutated.record()).isEmpty() != mutated.isIndexed();
  }

  private static String told(Mutated mutated) {
    return "%s, %s: %s"
        .formatted(
            mutated.collection(),
            mutated.mutation(),
            VALIDATOR
                .check(mutated.collection(), mutated.record())
                .map(problem -> "refused, " + problem.getMessage())
                .orElse("taken"));
  }
}
