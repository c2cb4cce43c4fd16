package dev.millrace.app.run;

import dev.millrace.app.config.TopicOptions;
import dev.millrace.connectors.kafka.KafkaConnection;
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

  /** With these counts. */
  public static void prepare(KafkaConnection kafka, int partitions, int replication) {
    try (Admin admin = Admin.create(kafka.admin())) {
      Topics.create(admin, partitions, replication);
    }
  }
}
