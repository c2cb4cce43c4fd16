package dev.millrace.embedded;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.Feature;

/**
 * A Kafka broker and its controller as one node in this process, on 127.0.0.1.
 *
 * <p>Keeps its data over restarts, a hard kill included. Topics are not created on use. A broker
 * whose disk fails ends the process, as Kafka does.
 *
 * <p>Threads are Kafka's own; {@link #close} may be called from any thread and again.
 */
public final class EmbeddedKafka implements AutoCloseable {
  private static final int NODE_ID = 1;

  private final DataDirectory directory;
  private final KafkaRaftServer server;
  private final int port;
  private final AtomicBoolean closed = new AtomicBoolean();

  private EmbeddedKafka(DataDirectory directory, KafkaRaftServer server, int port) {
    this.directory = directory;
    this.server = server;
    this.port = port;
  }

  /**
   * Starts on the data in a directory, formatting it at first; returns when clients are served.
   *
   * @param port 0: the port it had before on this directory, else a free one
   * @throws IllegalStateException if the directory is in use, or the port asked for is taken
   */
  public static EmbeddedKafka start(Path directory, int port) {
    return start(DataDirectory.open(directory), port);
  }

  /** With data in a temporary directory, deleted on {@link #close} or the end of the process. */
  public static EmbeddedKafka temporary() {
    EmbeddedKafka kafka = start(DataDirectory.temporary("millrace-kafka-"), 0);
    Runtime.getRuntime().addShutdownHook(new Thread(kafka::close, "embedded-kafka-close"));
    return kafka;
  }

  private static EmbeddedKafka start(DataDirectory directory, int wantedPort) {
    try {
      int port = directory.port("kafka", wantedPort);
      int controllerPort = directory.port("kafka-controller", 0);
      Path log = directory.resolve("log");
      format(directory, log);
      KafkaRaftServer server =
          new KafkaRaftServer(
              new KafkaConfig(settings(log, port, controllerPort), false), Time.SYSTEM);
      server.startup();
      return new EmbeddedKafka(directory, server, port);
    } catch (RuntimeException | IOException e) {
      directory.close();
      throw new IllegalStateException(
          "the embedded broker did not start on %s: %s".formatted(directory.path(), e.getMessage()),
          e);
    }
  }

  /** Formats beside its place and moves it there whole: a kill in between leaves nothing half. */
  private static void format(DataDirectory directory, Path log) throws IOException {
    if (Files.exists(log)) {
      return;
    }
    Path unfinished = directory.resolve("log.formatting");
    DataDirectory.delete(unfinished);
    Formatter formatter =
        new Formatter()
            .setPrintStream(
                new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8))
            .setSupportedFeatures(Feature.PRODUCTION_FEATURES)
            .setClusterId(Uuid.randomUuid().toString())
            .setNodeId(NODE_ID)
            .setControllerListenerName("CONTROLLER")
            .setMetadataLogDirectory(unfinished.toString())
            .addDirectory(unfinished.toString());
    try {
      formatter.run();
    } catch (IOException e) {
      throw e;
    } catch (Exception e) {
      throw new IOException("cannot format " + unfinished, e);
    }
    Files.move(unfinished, log, StandardCopyOption.ATOMIC_MOVE);
  }

  /** What is not here is Kafka's default. */
  private static Map<String, Object> settings(Path log, int port, int controllerPort) {
    Map<String, Object> settings = new HashMap<>();
    settings.put("process.roles", "broker,controller");
    settings.put("node.id", NODE_ID);
    settings.put("log.dirs", log.toString());
    settings.put(
        "listeners",
        "PLAINTEXT://127.0.0.1:%d,CONTROLLER://127.0.0.1:%d".formatted(port, controllerPort));
    settings.put("advertised.listeners", "PLAINTEXT://127.0.0.1:" + port);
    settings.put("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT");
    settings.put("inter.broker.listener.name", "PLAINTEXT");
    settings.put("controller.listener.names", "CONTROLLER");
    settings.put("controller.quorum.voters", NODE_ID + "@127.0.0.1:" + controllerPort);
    settings.put("auto.create.topics.enable", false);

    // One node: nothing to replicate, nobody to wait for.
    settings.put("offsets.topic.num.partitions", 1);
    settings.put("offsets.topic.replication.factor", 1);
    settings.put("transaction.state.log.num.partitions", 1);
    settings.put("transaction.state.log.replication.factor", 1);
    settings.put("transaction.state.log.min.isr", 1);
    settings.put("share.coordinator.state.topic.num.partitions", 1);
    settings.put("share.coordinator.state.topic.replication.factor", 1);
    settings.put("share.coordinator.state.topic.min.isr", 1);
    settings.put("group.initial.rebalance.delay.ms", 0);
    settings.put("group.streams.initial.rebalance.delay.ms", 0);
    settings.put("group.streams.min.session.timeout.ms", 6000);
    settings.put("group.streams.session.timeout.ms", 6000);
    settings.put("group.streams.min.heartbeat.interval.ms", 500);
    settings.put("group.streams.heartbeat.interval.ms", 1000);
    // After a hard kill the controller waits this long before it takes the broker for gone.
    settings.put("broker.session.timeout.ms", 3000);
    settings.put("broker.heartbeat.interval.ms", 500);
    // A data directory left alone for weeks must not forget what its groups had read.
    settings.put("offsets.retention.minutes", 10 * 365 * 24 * 60);
    // The topics bring their own limit; this one holds for the stores of the stream applications.
    settings.put("message.max.bytes", 16 * 1024 * 1024);

    // Small: it shares the process and the machine. The cleaner's default takes 128 MiB.
    settings.put("log.cleaner.dedupe.buffer.size", 8L * 1024 * 1024);
    settings.put("log.cleaner.io.buffer.size", 256 * 1024);
    settings.put("log.index.size.max.bytes", 1024 * 1024);
    settings.put("num.network.threads", 2);
    settings.put("num.io.threads", 4);
    settings.put("background.threads", 2);
    settings.put("num.recovery.threads.per.data.dir", 2);
    settings.replaceAll((name, value) -> value.toString()); // Kafka is strict on its number types
    return settings;
  }

  /** {@code 127.0.0.1:port}. */
  public String bootstrapServers() {
    return "127.0.0.1:" + port;
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      try {
        server.shutdown();
        server.awaitShutdown();
      } finally {
        directory.close();
      }
    }
  }
}
