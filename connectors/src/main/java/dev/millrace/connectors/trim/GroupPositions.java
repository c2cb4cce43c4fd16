package dev.millrace.connectors.trim;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.GroupType;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where the cluster's consumer groups stand, those of Streams applications included. */
final class GroupPositions {
  private static final Logger log = LoggerFactory.getLogger(GroupPositions.class);
  private static final String CONSUMERS = "consumer";

  private final Admin admin;

  GroupPositions(Admin admin) {
    this.admin = admin;
  }

  /** As the operator is told of it. */
  static String nameOf(String group) {
    return "group " + group;
  }

  /**
   * The readers among the groups: who has committed an offset of a topic, or reads it just now,
   * reads all of it, so that its partitions without an offset are unread.
   *
   * @param partitions of the topics that matter
   */
  List<Reader> readers(Collection<TopicPartition> partitions, Set<String> ignored)
      throws InterruptedException {
    List<GroupListing> groups =
        Logs.await(admin.listGroups().all()).stream()
            .filter(group -> !ignored.contains(group.groupId()))
            .filter(group -> group.type().filter(GroupType.SHARE::equals).isEmpty())
            .toList();
    if (groups.isEmpty()) {
      return List.of();
    }
    Map<String, ListConsumerGroupOffsetsSpec> asked = new HashMap<>();
    groups.forEach(
        group ->
            asked.put(
                group.groupId(), new ListConsumerGroupOffsetsSpec().topicPartitions(partitions)));
    var offsets = admin.listConsumerGroupOffsets(asked);
    List<Reader> readers = new ArrayList<>();
    for (GroupListing group : groups) {
      try {
        Map<TopicPartition, Long> committed =
            known(Logs.await(offsets.partitionsToOffsetAndMetadata(group.groupId())));
        Set<String> topics = new HashSet<>();
        committed.keySet().forEach(partition -> topics.add(partition.topic()));
        topics.addAll(readNow(group));
        if (!topics.isEmpty()) {
          readers.add(new Reader(nameOf(group.groupId()), topics, committed));
        }
      } catch (GroupIdNotFoundException e) {
        log.debug("gone since it was listed, so it reads nothing", e);
      }
    }
    return readers;
  }

  private static Map<TopicPartition, Long> known(Map<TopicPartition, OffsetAndMetadata> committed) {
    Map<TopicPartition, Long> known = new HashMap<>();
    committed.forEach(
        (partition, offset) ->
            Optional.ofNullable(offset).ifPresent(o -> known.put(partition, o.offset())));
    return known;
  }

  /** Topics of partitions that its members have: a new group has not committed any yet. */
  private Set<String> readNow(GroupListing group) throws InterruptedException {
    List<String> id = List.of(group.groupId());
    Set<String> topics = new HashSet<>();
    if (group.type().filter(GroupType.STREAMS::equals).isPresent()) {
      Logs.await(admin.describeStreamsGroups(id).all()).values().stream()
          .flatMap(described -> described.subtopologies().stream())
          .forEach(subtopology -> topics.addAll(subtopology.sourceTopics()));
    } else if (group.protocol().equals(CONSUMERS)) {
      Logs.await(admin.describeConsumerGroups(id).all()).values().stream()
          .flatMap(described -> described.members().stream())
          .flatMap(member -> member.assignment().topicPartitions().stream())
          .forEach(partition -> topics.add(partition.topic()));
    }
    return topics;
  }
}
