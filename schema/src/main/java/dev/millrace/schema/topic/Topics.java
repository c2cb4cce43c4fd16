package dev.millrace.schema.topic;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Creates the topics as the design keeps them, and refuses a cluster where they are cut otherwise.
 *
 * <p>Safe to run by several processes at once, and again at each start: settings that guard data
 * (retention, clean-up, timestamps, sizes) are brought back where someone changed them.
 */
public final class Topics {
  /** How long dead letters are kept. */
  public static final Duration DEAD_LETTER_RETENTION = Duration.ofDays(90);

  /** And how much of them a partition may hold: a flood of bad data must not fill the disk. */
  static final long DEAD_LETTER_PARTITION_BYTES = 4L << 30;

  private static final Logger log = LoggerFactory.getLogger(Topics.class);
  private static final Duration WAIT = Duration.ofSeconds(60);
  private static final int BATCH_HEADER_BYTES = 64 * 1024;

  private Topics() {}

  /**
   * Creates what is missing and checks what is there.
   *
   * @throws IllegalStateException if a topic has another partition count: the same DID would then
   *     live on different numbers, and order and locks hold by number
   * @throws KafkaException if the cluster refuses or does not answer within a minute
   */
  public static void create(Admin admin, int partitions, int replication) {
    if (partitions < 1 || replication < 1) {
      throw new IllegalArgumentException(
          "partitions and replication must be at least 1, are %d and %d"
              .formatted(partitions, replication));
    }
    Set<String> present = await(admin.listTopics().names());
    List<NewTopic> missing =
        Arrays.stream(Topic.values())
            .filter(topic -> !present.contains(topic.topicName()))
            .map(
                topic ->
                    new NewTopic(topic.topicName(), partitions, (short) replication)
                        .configs(settings(topic, replication)))
            .toList();
    for (KafkaFuture<Void> created : admin.createTopics(missing).values().values()) {
      try {
        await(created);
      } catch (TopicExistsException e) {
        log.debug("another process created the topic first", e);
      }
    }
    checkPartitions(describe(admin), partitions);
    restoreSettings(admin);
  }

  /**
   * Creates a topic under another name than its own, where an operator wants it so, and checks it.
   *
   * @param model whose settings it gets
   */
  public static void createLike(
      Admin admin, Topic model, String name, int partitions, int replication) {
    try {
      await(
          admin
              .createTopics(
                  List.of(
                      new NewTopic(name, partitions, (short) replication)
                          .configs(settings(model, replication))))
              .all());
    } catch (TopicExistsException e) {
      log.debug("the topic was there", e);
      checkPartitions(await(admin.describeTopics(List.of(name)).allTopicNames()), partitions);
    }
  }

  /** The settings of a topic; what is not named here is the cluster's choice. */
  static Map<String, String> settings(Topic topic, int replication) {
    Map<String, String> settings = new LinkedHashMap<>(guards(topic));
    settings.put("min.insync.replicas", String.valueOf(Math.max(1, replication - 1)));
    switch (topic.kept()) {
      // Trimming frees whole segments only, and never the one being written.
      case TRIMMED, LONG -> settings.put("segment.bytes", String.valueOf(256 << 20));
      case COMPACTED -> {
        // A reader starts from the beginning: small segments, compacted soon, keep that short.
        settings.put("segment.bytes", String.valueOf(16 << 20));
        settings.put("segment.ms", String.valueOf(Duration.ofMinutes(10).toMillis()));
        settings.put("min.cleanable.dirty.ratio", "0.1");
      }
    }
    return settings;
  }

  /** The settings without which data could be lost, misread or refused. */
  private static Map<String, String> guards(Topic topic) {
    Map<String, String> guards = new LinkedHashMap<>();
    guards.put("message.timestamp.type", "LogAppendTime");
    guards.put("max.message.bytes", String.valueOf(Topic.MAX_EVENT_BYTES + BATCH_HEADER_BYTES));
    guards.put("compression.type", "producer");
    switch (topic.kept()) {
      case TRIMMED -> {
        guards.put("cleanup.policy", "delete");
        guards.put("retention.ms", "-1");
        guards.put("retention.bytes", "-1");
      }
      case COMPACTED -> guards.put("cleanup.policy", "compact");
      case LONG -> {
        guards.put("cleanup.policy", "delete");
        guards.put("retention.ms", String.valueOf(DEAD_LETTER_RETENTION.toMillis()));
        guards.put("retention.bytes", String.valueOf(DEAD_LETTER_PARTITION_BYTES));
      }
    }
    return guards;
  }

  private static void checkPartitions(Map<String, TopicDescription> topics, int partitions) {
    List<String> different = new ArrayList<>();
    topics.forEach(
        (name, description) -> {
          int count = description.partitions().size();
          if (count != partitions) {
            different.add(name + " has " + count);
          }
        });
    if (!different.isEmpty()) {
      different.sort(null);
      throw new IllegalStateException(
          "every topic must have %d partitions, but %s; the count is fixed at creation: run with that count, or with new topics"
              .formatted(partitions, String.join(", ", different)));
    }
  }

  private static void restoreSettings(Admin admin) {
    List<ConfigResource> resources =
        Arrays.stream(Topic.values())
            .map(topic -> new ConfigResource(ConfigResource.Type.TOPIC, topic.topicName()))
            .toList();
    Map<ConfigResource, Config> found = await(admin.describeConfigs(resources).all());
    Map<ConfigResource, Collection<AlterConfigOp>> changes = new HashMap<>();
    for (Topic topic : Topic.values()) {
      ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic.topicName());
      Config config = found.get(resource);
      guards(topic)
          .forEach(
              (name, wanted) -> {
                ConfigEntry entry = config == null ? null : config.get(name);
                if (entry == null || !wanted.equals(entry.value())) {
                  log.warn(
                      "topic {}: {} is {}, set back to {}",
                      topic.topicName(),
                      name,
                      entry == null ? null : entry.value(),
                      wanted);
                  changes
                      .computeIfAbsent(resource, r -> new ArrayList<>())
                      .add(
                          new AlterConfigOp(
                              new ConfigEntry(name, wanted), AlterConfigOp.OpType.SET));
                }
              });
    }
    if (!changes.isEmpty()) {
      await(admin.incrementalAlterConfigs(changes).all());
    }
  }

  /** A topic just created may take a moment to be known on the broker that is asked. */
  private static Map<String, TopicDescription> describe(Admin admin) {
    List<String> names = Arrays.stream(Topic.values()).map(Topic::topicName).toList();
    long deadline = System.nanoTime() + WAIT.toNanos();
    while (true) {
      try {
        return await(admin.describeTopics(names).allTopicNames());
      } catch (UnknownTopicOrPartitionException e) {
        if (System.nanoTime() > deadline) {
          throw e;
        }
        pause();
      }
    }
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(100);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new KafkaException("interrupted while waiting for the topics", e);
    }
  }

  private static <T> T await(KafkaFuture<T> future) {
    try {
      return future.get(WAIT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof KafkaException known) {
        throw known;
      }
      throw new KafkaException("the cluster refused", e.getCause());
    } catch (TimeoutException e) {
      throw new KafkaException("no answer from the cluster within " + WAIT.toSeconds() + " s", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new KafkaException("interrupted while waiting for the cluster", e);
    }
  }
}
