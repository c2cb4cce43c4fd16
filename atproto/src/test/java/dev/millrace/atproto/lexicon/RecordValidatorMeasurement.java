package dev.millrace.atproto.lexicon;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.atproto.lexicon.Verdicts.Mutated;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Predicate;

/**
 * Prints records a second of the thread's CPU time: read by Jackson alone, read and then checked,
 * in turns, over valid records in the network's mix (65 % likes, 12 % follows, 8 % reposts, 15 %
 * posts), over posts alone, and over broken records; and what the check alone comes to, from the
 * difference.
 *
 * <p>{@code java -cp … dev.millrace.atproto.lexicon.RecordValidatorMeasurement [rounds]}
 */
final class RecordValidatorMeasurement {
  private static final int RECORDS = 20_000;
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private RecordValidatorMeasurement() {}

  private static final class Sample {
    private final String collection;
    private final byte[] json;

    Sample(Mutated record) {
      collection = record.collection();
      json = record.record().toString().getBytes(StandardCharsets.UTF_8);
    }
  }

  public static void main(String[] args) throws IOException {
    int rounds = args.length > 0 ? Integer.parseInt(args[0]) : 15;
    measure("the network's mix", mix(), rounds);
    measure("posts", pick(isBase("app.bsky.feed.post"), RECORDS), rounds);
    measure("broken records", pick(record -> !record.isIndexed(), RECORDS), rounds);
  }

  private static List<Sample> mix() {
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

  private static List<Sample> pick(Predicate<Mutated> filter, int count) {
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
      long start = THREADS.getCurrentThreadCpuTime();
      for (Sample sample : samples) {
        fields += MAPPER.readTree(sample.json).size();
      }
      long middle = THREADS.getCurrentThreadCpuTime();
      for (Sample sample : samples) {
        refused +=
            validator.check(sample.collection, MAPPER.readTree(sample.json)).isPresent() ? 1 : 0;
      }
      long end = THREADS.getCurrentThreadCpuTime();
      read[round] = (middle - start) / (double) samples.size();
      checked[round] = (end - middle) / (double) samples.size();
    }
    double readNanos = median(read);
    double checkedNanos = median(checked);
    System.out.printf(
        "%s, %d bytes each, %d of %d refused: read %,.0f/s, read and checked %,.0f/s,"
            + " so checked %,.0f/s (%d)%n",
        name,
        samples.stream().mapToLong(sample -> sample.json.length).sum() / samples.size(),
        refused / rounds,
        samples.size(),
        1e9 / readNanos,
        1e9 / checkedNanos,
        1e9 / (checkedNanos - readNanos),
        fields);
  }

  private static double median(double[] values) {
    Arrays.sort(values);
    return values[values.length / 2];
  }
}
