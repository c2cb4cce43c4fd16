package dev.millrace.app.run;

import dev.millrace.app.config.BackfillerOptions;
import dev.millrace.app.config.TopicOptions;
import dev.millrace.atproto.retry.Backoff;
import dev.millrace.connectors.kafka.KafkaConnection;
import dev.millrace.schema.topic.Topic;
import dev.millrace.schema.topic.Topics;
import java.time.Duration;
import java.util.random.RandomGenerator;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes a cluster ready for parts. */
public final class Cluster {
  private static final Logger log = LoggerFactory.getLogger(Cluster.class);
  private static final Duration WAIT = Duration.ofMinutes(10);

  private Cluster() {}

  /**
   * Creates the topics that are missing.
   *
   * @throws IllegalStateException if one is cut otherwise
   * @throws org.apache.kafka.common.KafkaException if the cluster does not answer
   */
  public static void prepare(KafkaConnection kafka, TopicOptions topics) {
    prepare(kafka, topics.partitions(), topics.replication());
  }

  /** The same of the topics between which a backfiller works, if they have names of their own. */
  public static void prepare(
      KafkaConnection kafka, TopicOptions topics, BackfillerOptions backfiller) {
    try (Admin admin = Admin.create(kafka.admin())) {
      createLike(admin, Topic.REPO_BACKFILL, backfiller.input(), topics);
      createLike(admin, Topic.FIREHOSE_BACKFILL, backfiller.output(), topics);
    }
  }

  private static void createLike(Admin admin, Topic model, String name, TopicOptions topics) {
    if (!name.equals(model.topicName())) {
      Topics.createLike(admin, model, name, topics.partitions(), topics.replication());
    }
  }

  /**
   * With these counts. A cluster that does not answer yet is waited for, as every part does later.
   */
  public static void prepare(KafkaConnection kafka, int partitions, int replication) {
    Backoff backoff =
        new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(15), RandomGenerator.getDefault());
    long deadline = System.nanoTime() + WAIT.toNanos();
    try (Admin admin = Admin.create(kafka.admin())) {
      while (true) {
        try {
          Topics.create(admin, partitions, replication);
          return;
        } catch (TimeoutException e) {
          String brokers = "Kafka at " + kafka.bootstrapServers() + " (--bootstrap-servers)";
          if (System.nanoTime() > deadline) {
            throw new KafkaException(
                brokers + " did not answer in " + WAIT.toMinutes() + " min", e);
          }
          log.warn("waiting for {}: {}", brokers, e.getMessage());
          pause(backoff.next());
        }
      }
    }
  }

  private static void pause(Duration time) {
    try {
      Thread.sleep(time);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new KafkaException("interrupted while waiting for Kafka", e);
    }
  }
}
