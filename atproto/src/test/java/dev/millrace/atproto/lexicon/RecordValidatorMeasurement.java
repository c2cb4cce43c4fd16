package dev.millrace.atproto.lexicon;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.atproto.lexicon.Verdicts.Mutated;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Predicate;

/**
 * Prints records a second and core: JSON read by Jackson alone, the check alone, in turns, over
 * valid records in the network's mix (65 % likes, 12 % follows, 8 % reposts, 15 % posts), over
 * posts alone, and over broken records.
 *
 * <p>{@code java -cp … dev.millrace.atproto.lexicon.RecordValidatorMeasurement [rounds]}
 */
final class RecordValidatorMeasurement {
  private static final int RECORDS = 20_000;
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private RecordValidatorMeasurement() {}

  private static final class Sample {
    private final String collection;
    private final byte[] json;
    private final JsonNode node;

    Sample(Mutated record) throws IOException {
      collection = record.collection();
      json = record.record().toString().getBytes(StandardCharsets.UTF_8);
      node = MAPPER.readTree(json);
    }
  }

  public static void main(String[] args) throws IOException {
    int rounds = args.length > 0 ? Integer.parseInt(args[0]) : 15;
    measure("the network's mix", mix(), rounds);
    measure("posts", pick(isBase("app.bsky.feed.post"), RECORDS), rounds);
    measure("broken records", pick(record -> !record.isIndexed(), RECORDS), rounds);
  }

  private static List<Sample> mix() throws IOException {
    List<Sample> samples = new ArrayList<>();
    samples.addAll(pick(isBase("app.bsky.feed.like"), RECORDS * 65 / 100));
    samples.addAll(pick(isBase("app.bsky.graph.follow"), RECORDS * 12 / 100));
    samples.addAll(pick(isBase("app.bsky.feed.repost"), RECORDS * 8 / 100));
    samples.addAll(pick(isBase("app.bsky.feed.post"), RECORDS * 15 / 100));
    return samples;
  }

  private static Predicate<Mutated> isBase(String collection) {
    return record ->
        record.collection().equals(collection) && record.mutation().startsWith("base ");
  }

  private static List<Sample> pick(Predicate<Mutated> filter, int count) throws IOException {
    List<Mutated> all = Verdicts.records().stream().filter(filter).toList();
    Random random = new Random(7);
    List<Sample> samples = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      samples.add(new Sample(all.get(random.nextInt(all.size()))));
    }
    return samples;
  }

  private static void measure(String name, List<Sample> samples, int rounds) throws IOException {
    RecordValidator validator = RecordValidator.bundled();
    double[] read = new double[rounds];
    double[] checked = new double[rounds];
    long refused = 0;
    long fields = 0;
    for (int round = 0; round < rounds; round++) {
      long start = System.nanoTime();
      for (Sample sample : samples) {
        fields += MAPPER.readTree(sample.json).size();
      }
      long middle = System.nanoTime();
      for (Sample sample : samples) {
        refused += validator.check(sample.collection, sample.node).isPresent() ? 1 : 0;
      }
      long end = System.nanoTime();
      read[round] = samples.size() * 1e9 / (middle - start);
      checked[round] = samples.size() * 1e9 / (end - middle);
    }
    System.out.printf(
        "%s, %d bytes each, %d of %d refused: Jackson reads %,.0f/s, checked %,.0f/s (medians; %d)%n",
        name,
        samples.stream().mapToLong(sample -> sample.json.length).sum() / samples.size(),
        refused / rounds,
        samples.size(),
        median(read),
        median(checked),
        fields);
  }

  private static double median(double[] values) {
    Arrays.sort(values);
    return values[values.length / 2];
  }
}
