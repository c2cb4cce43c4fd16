package dev.millrace.atproto.lexicon;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.zip.GZIPInputStream;

/** What the AppView and its validators said, noted by the scripts in {@code scripts/lexicons}. */
final class Verdicts {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private Verdicts() {}

  /**
   * A record that {@code mutate.mjs} made.
   *
   * @param mutation what was done to a valid record
   * @param isIndexed whether the AppView indexes it
   */
  record Mutated(String collection, boolean isIndexed, String mutation, JsonNode record) {}

  /** A text that {@code texts.mjs} made, and whether it is of a format. */
  record Formatted(String format, boolean isValid, String text) {}

  /** A text that {@code texts.mjs} made, and how many grapheme clusters it is. */
  record Clusters(int count, String text) {}

  static List<Mutated> records() {
    return lines("mutated-records.jsonl.gz").stream()
        .map(
            line ->
                new Mutated(
                    line.path("c").asText(),
                    line.path("v").asInt() == 1,
                    line.path("m").asText(),
                    line.path("r")))
        .toList();
  }

  static List<Formatted> formatted() {
    return texts(
        "f",
        line ->
            new Formatted(
                line.path("f").asText(), line.path("v").asInt() == 1, line.path("t").asText()));
  }

  static List<Clusters> clusters() {
    return texts("g", line -> new Clusters(line.path("g").asInt(), line.path("t").asText()));
  }

  private static <T> List<T> texts(String kind, Function<JsonNode, T> read) {
    return lines("texts.jsonl.gz").stream().filter(line -> line.has(kind)).map(read).toList();
  }

  private static List<JsonNode> lines(String file) {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(
                    Objects.requireNonNull(Verdicts.class.getResourceAsStream("/lexicon/" + file))),
                StandardCharsets.UTF_8))) {
      return lines.lines().map(Verdicts::parse).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static JsonNode parse(String json) {
    try {
      return MAPPER.readTree(json);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
