package dev.millrace.connectors.sink;

import dev.millrace.atproto.syntax.Tid;
import dev.millrace.connectors.kafka.KafkaConnection;
import dev.millrace.connectors.sink.collection.NotificationAge;
import dev.millrace.connectors.sink.sql.BinaryCopy;
import dev.millrace.embedded.EmbeddedKafka;
import dev.millrace.embedded.EmbeddedPostgres;
import dev.millrace.schema.database.Database;
import dev.millrace.schema.database.Migrations;
import dev.millrace.schema.event.CommitEvent;
import dev.millrace.schema.event.EventCodec;
import dev.millrace.schema.event.RawJson;
import dev.millrace.schema.event.RecordEvent;
import dev.millrace.schema.event.RecordEvent.Action;
import dev.millrace.schema.event.RepoEvent;
import dev.millrace.schema.jooq.Tables;
import dev.millrace.schema.topic.Topic;
import dev.millrace.schema.topic.Topics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Events a second from topic to rows, of a mix as the network has it (65 % likes, 12 % follows, 10
 * % posts, half of them replies, 8 % reposts, 2 % blocks, 1 % profiles, 2 % deletes; a commit event
 * after each), durable, in an empty database; for several batch sizes, 1 and 2 workers, and as it
 * is by default; after each, what was still to be derived and how long that took; and, in the same
 * run, the ceiling: the same rows by COPY alone.
 *
 * <pre>
 * java … SinkBenchmark [operations]     default 100000
 * </pre>
 */
final class SinkBenchmark {
  private static final int PARTITIONS = Topic.DEFAULT_PARTITIONS;
  private static final int REPOS = 5_000;
  private static final String CID = "bafyreib2rxk3rybk3aobmv5cjuql3bm2twh4jo5uxgf5kpqcsgz7soitae";

  private final int operations;
  private final EmbeddedKafka kafka;
  private final EmbeddedPostgres postgres;
  private final List<String> posts = new ArrayList<>();
  private int schemas;

  private SinkBenchmark(int operations, EmbeddedKafka kafka, EmbeddedPostgres postgres) {
    this.operations = operations;
    this.kafka = kafka;
    this.postgres = postgres;
  }

  public static void main(String[] arguments) throws Exception {
    int operations = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 100_000;
    Path data = Files.createTempDirectory("millrace-bench");
    try (EmbeddedKafka kafka = EmbeddedKafka.temporary();
        EmbeddedPostgres postgres = EmbeddedPostgres.start(data, 0)) {
      SinkBenchmark benchmark = new SinkBenchmark(operations, kafka, postgres);
      long events = benchmark.fill();
      System.out.printf("%d operations, %d events%n", operations, events);
      benchmark.sink(1, 5_000, events); // warm-up
      for (int batch : new int[] {50, 500, 2_000, 5_000, 10_000}) {
        benchmark.sink(1, batch, events);
      }
      benchmark.sink(2, 2_000, events);
      benchmark.sink(2, 5_000, events);
      benchmark.sink(SinkOptions.DEFAULT_CONCURRENCY, SinkOptions.DEFAULT_BATCH_SIZE, events);
      benchmark.ceiling(1);
      benchmark.ceiling(2);
    }
  }

  private long fill() {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
      Topics.create(admin, PARTITIONS, 1);
    }
    long events = 0;
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of(
                "bootstrap.servers",
                kafka.bootstrapServers(),
                "transactional.id",
                "bench",
                "compression.type",
                "lz4",
                "batch.size",
                256 * 1024,
                "linger.ms",
                20),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      Random random = new Random(42);
      producer.initTransactions();
      producer.beginTransaction();
      for (int i = 0; i < operations; i++) {
        if (i % 5_000 == 4_999) {
          producer.commitTransaction();
          producer.beginTransaction();
        }
        for (RepoEvent event : commit(i, random)) {
          var _ =
              producer.send(
                  new ProducerRecord<>(
                      Topic.FIREHOSE_LIVE.topicName(),
                      Topic.key(event.did()),
                      EventCodec.encode(event)));
          events++;
        }
      }
      producer.commitTransaction();
    }
    return events;
  }

  private List<RepoEvent> commit(int i, Random random) {
    String did = did(random.nextInt(REPOS));
    String rev = Tid.of(1_767_225_600_000_000L + i * 1_000L, 1).value();
    String time = "2026-01-01T00:00:00.000Z";
    int dice = random.nextInt(100);
    String[] kind;
    if (dice < 65) {
      kind = new String[] {"app.bsky.feed.like", subject(random, "app.bsky.feed.like")};
    } else if (dice < 77) {
      kind =
          new String[] {
            "app.bsky.graph.follow",
            "{\"$type\":\"app.bsky.graph.follow\",\"subject\":\"%s\",\"createdAt\":\"%s\"}"
                .formatted(did(random.nextInt(1_000_000)), time)
          };
    } else if (dice < 87) {
      kind =
          new String[] {
            "app.bsky.feed.post",
            "{\"$type\":\"app.bsky.feed.post\",\"text\":\"%s\",\"langs\":[\"en\"],\"createdAt\":\"%s\"%s}"
                .formatted(
                    "some words of a post ".repeat(1 + random.nextInt(8)),
                    time,
                    random.nextBoolean() ? reply(random) : "")
          };
      posts.add("at://%s/app.bsky.feed.post/%s".formatted(did, rev));
    } else if (dice < 95) {
      kind = new String[] {"app.bsky.feed.repost", subject(random, "app.bsky.feed.repost")};
    } else if (dice < 97) {
      kind =
          new String[] {
            "app.bsky.graph.block",
            "{\"$type\":\"app.bsky.graph.block\",\"subject\":\"%s\",\"createdAt\":\"%s\"}"
                .formatted(did(random.nextInt(1_000_000)), time)
          };
    } else if (dice < 98) {
      kind =
          new String[] {
            "app.bsky.actor.profile",
            "{\"$type\":\"app.bsky.actor.profile\",\"displayName\":\"name " + i + "\"}"
          };
    } else {
      return List.of(
          new RecordEvent(
              Action.DELETE,
              i,
              time,
              did,
              "bench",
              CID,
              rev,
              "app.bsky.feed.like",
              rev,
              null,
              null,
              false,
              null),
          commitEvent(i, time, did, rev));
    }
    String rkey = kind[0].endsWith("profile") ? "self" : rev;
    String cid = CID.substring(0, CID.length() - 6) + Integer.toString(100_000 + i % 900_000);
    return List.of(
        new RecordEvent(
            Action.CREATE,
            i,
            time,
            did,
            "bench",
            CID,
            rev,
            kind[0],
            rkey,
            cid,
            RawJson.of(kind[1]),
            false,
            null),
        commitEvent(i, time, did, rev));
  }

  /** To one of the newest posts as if that were a root, which half of them are. */
  private String reply(Random random) {
    if (posts.isEmpty()) {
      return "";
    }
    String post = posts.get(posts.size() - 1 - random.nextInt(Math.min(1_000, posts.size())));
    return ",\"reply\":{\"root\":%1$s,\"parent\":%1$s}"
        .formatted("{\"uri\":\"%s\",\"cid\":\"%s\"}".formatted(post, CID));
  }

  private static CommitEvent commitEvent(long seq, String time, String did, String rev) {
    return new CommitEvent(seq, time, did, "bench", CID, rev, null, null, CID, false);
  }

  private static String subject(Random random, String type) {
    return "{\"$type\":\"%s\",\"subject\":{\"uri\":\"at://%s/app.bsky.feed.post/%013d\",\"cid\":\"%s\"},\"createdAt\":\"2026-01-01T00:00:00.000Z\"}"
        .formatted(type, did(random.nextInt(1_000_000)), random.nextInt(50), CID);
  }

  private static String did(int number) {
    return "did:plc:%024d".formatted(number);
  }

  private DataSource schema() {
    Database database = Database.of(postgres.jdbcUrl(), "bench_" + (char) ('a' + schemas++));
    Migrations.migrate(database);
    return database.dataSource();
  }

  private void sink(int workers, int batchSize, long events) throws Exception {
    DataSource database = schema();
    SimpleMeterRegistry meters = new SimpleMeterRegistry();
    long start = System.nanoTime();
    try (PostgresSink sink =
        PostgresSink.start(
            new SinkOptions(
                new KafkaConnection(kafka.bootstrapServers()),
                database,
                "bench-" + schemas,
                "bench",
                List.of(Topic.FIREHOSE_LIVE),
                workers,
                batchSize,
                SinkOptions.DEFAULT_LINGER,
                true,
                NotificationAge.any()),
            meters)) {
      while (applied(meters) < events) {
        if (sink.ended().toCompletableFuture().isDone()
            || System.nanoTime() - start > Duration.ofMinutes(3).toNanos()) {
          throw new IllegalStateException("ended after " + applied(meters));
        }
        TimeUnit.MILLISECONDS.sleep(5);
      }
      double seconds = (System.nanoTime() - start) / 1e9;
      System.out.printf(
          "workers %d, batch %5d: %6.0f events/s, %6.0f operations/s, %4.0f ms a transaction, rows %s%n",
          workers,
          batchSize,
          events / seconds,
          operations / seconds,
          meters.timer("millrace.sink.transaction").mean(TimeUnit.MILLISECONDS),
          one(database, "SELECT count(*) FROM record"));
      printDerived(database);
    }
  }

  private static void printDerived(DataSource database) throws Exception {
    String waiting = one(database, "SELECT count(*) FROM derive_queue");
    long start = System.nanoTime();
    while (!one(database, "SELECT count(*) FROM derive_queue").equals("0")) {
      if (System.nanoTime() - start > Duration.ofMinutes(3).toNanos()) {
        throw new IllegalStateException("not derived");
      }
      TimeUnit.MILLISECONDS.sleep(20);
    }
    System.out.printf(
        "  %s things waited to be derived, for %.1f s; %s notifications%n",
        waiting,
        (System.nanoTime() - start) / 1e9,
        one(database, "SELECT count(*) FROM notification"));
  }

  private static double applied(SimpleMeterRegistry meters) {
    return meters.find("millrace.sink.batch.events").summaries().stream()
        .mapToDouble(summary -> summary.totalAmount())
        .sum();
  }

  /** The rows of record and like for as many operations, nothing looked up, batches of 5,000. */
  private void ceiling(int connections) throws Exception {
    DataSource database = schema();
    List<Thread> threads = new ArrayList<>();
    long start = System.nanoTime();
    for (int c = 0; c < connections; c++) {
      int first = c;
      threads.add(
          Thread.ofPlatform()
              .start(
                  () -> {
                    try (Connection connection = database.getConnection()) {
                      connection.setAutoCommit(false);
                      copyAll(connection, first, connections);
                    } catch (Exception e) {
                      throw new IllegalStateException(e);
                    }
                  }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    System.out.printf(
        "COPY alone, connections %d: %.0f operations/s, rows %s%n",
        connections, operations / seconds, one(database, "SELECT count(*) FROM record"));
  }

  private void copyAll(Connection connection, int first, int step) throws Exception {
    Random random = new Random(first);
    var record = Tables.RECORD;
    var like = Tables.LIKE;
    for (int start = 0; start < operations; start += 5_000 * step) {
      BinaryCopy records =
          new BinaryCopy(
              record,
              List.of(
                  record.URI, record.CID, record.DID, record.JSON, record.INDEXEDAT, record.REV));
      BinaryCopy likes =
          new BinaryCopy(
              like,
              List.of(
                  like.URI,
                  like.CID,
                  like.CREATOR,
                  like.SUBJECT,
                  like.SUBJECTCID,
                  like.CREATEDAT,
                  like.INDEXEDAT));
      for (int i = start + first; i < Math.min(operations, start + 5_000 * step); i += step) {
        String did = did(random.nextInt(REPOS));
        String rev = Tid.of(1_767_225_600_000_000L + i * 1_000L, 1).value();
        String uri = "at://" + did + "/app.bsky.feed.like/" + rev;
        String time = "2026-01-01T00:00:00.000Z";
        String subject = "at://" + did(random.nextInt(1_000_000)) + "/app.bsky.feed.post/" + rev;
        records.row(uri, CID, did, RawJson.of(subject(random, "app.bsky.feed.like")), time, rev);
        likes.row(uri, CID, did, subject, CID, time, time);
      }
      records.send(connection);
      likes.send(connection);
      connection.commit();
    }
  }

  private static String one(DataSource database, String sql) throws Exception {
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement();
        ResultSet results = statement.executeQuery(sql)) {
      results.next();
      return results.getString(1);
    }
  }
}
