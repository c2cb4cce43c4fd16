package dev.millrace.app.run;

import dev.millrace.app.config.BackfillerOptions;
import dev.millrace.app.config.TopicOptions;
import dev.millrace.connectors.kafka.KafkaConnection;
import dev.millrace.schema.topic.Topic;
import dev.millrace.schema.topic.Topics;
import org.apache.kafka.clients.admin.Admin;

/** Makes a cluster ready for parts. */
public final class Cluster {
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

  /** With these counts. */
  public static void prepare(KafkaConnection kafka, int partitions, int replication) {
    try (Admin admin = Admin.create(kafka.admin())) {
      Topics.create(admin, partitions, replication);
    }
  }
}
