package dev.millrace.connectors.sink;

import static dev.millrace.schema.jooq.Tables.PARTITION_POSITION;
import static org.jooq.impl.DSL.field;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.schema.topic.Topic;
import java.util.EnumMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jooq.DSLContext;
import org.jooq.JSONB;
import org.jspecify.annotations.Nullable;

/**
 * Table {@code partition_position}: a row a partition number, which is the lock of that number and
 * holds the next offset of every topic, {@code {"firehose_live": 17, …}}. A topic without a
 * position is read from its log's start.
 */
public final class PartitionPositions {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final TypeReference<TreeMap<String, Long>> POSITIONS = new TypeReference<>() {};

  private PartitionPositions() {}

  static Map<Topic, Long> read(DSLContext sql, int partition) {
    return parse(
        partition,
        sql.select(PARTITION_POSITION.POSITIONS)
            .from(PARTITION_POSITION)
            .where(PARTITION_POSITION.PARTITION.eq(partition))
            .fetchOne(PARTITION_POSITION.POSITIONS));
  }

  /** Of every partition number that has a row. */
  public static SortedMap<Integer, Map<Topic, Long>> readAll(DSLContext sql) {
    SortedMap<Integer, Map<Topic, Long>> all = new TreeMap<>();
    sql.select(PARTITION_POSITION.PARTITION, PARTITION_POSITION.POSITIONS)
        .from(PARTITION_POSITION)
        .forEach(row -> all.put(row.value1(), parse(row.value1(), row.value2())));
    return all;
  }

  /** Reads under the lock, which the transaction holds from here to its end. */
  public static Map<Topic, Long> lock(DSLContext sql, int partition) {
    JSONB locked = select(sql, partition);
    if (locked == null) {
      sql.insertInto(PARTITION_POSITION)
          .set(PARTITION_POSITION.PARTITION, partition)
          .set(PARTITION_POSITION.POSITIONS, JSONB.valueOf("{}"))
          .onConflictDoNothing()
          .execute();
      locked = select(sql, partition);
    }
    return parse(partition, locked);
  }

  private static @Nullable JSONB select(DSLContext sql, int partition) {
    return sql.select(PARTITION_POSITION.POSITIONS)
        .from(PARTITION_POSITION)
        .where(PARTITION_POSITION.PARTITION.eq(partition))
        .forUpdate()
        .fetchOne(PARTITION_POSITION.POSITIONS);
  }

  /** Stores positions of these topics; those of others stay. The lock must be held. */
  public static void store(DSLContext sql, int partition, Map<Topic, Long> positions) {
    Map<String, Long> byName = new TreeMap<>();
    positions.forEach((topic, position) -> byName.put(topic.topicName(), position));
    try {
      JSONB json = JSONB.valueOf(JSON.writeValueAsString(byName));
      sql.update(PARTITION_POSITION)
          .set(
              PARTITION_POSITION.POSITIONS,
              field("{0} || {1}", JSONB.class, PARTITION_POSITION.POSITIONS, json))
          .where(PARTITION_POSITION.PARTITION.eq(partition))
          .execute();
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("positions as JSON", e);
    }
  }

  private static Map<Topic, Long> parse(int partition, @Nullable JSONB json) {
    Map<Topic, Long> positions = new EnumMap<>(Topic.class);
    if (json == null) {
      return positions;
    }
    try {
      Map<String, Long> byName = JSON.readValue(json.data(), POSITIONS);
      for (Topic topic : Topic.values()) {
        Long position = byName.get(topic.topicName());
        if (position != null) {
          positions.put(topic, position);
        }
      }
      return positions;
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(
          "partition_position of partition %d is not readable: %s"
              .formatted(partition, json.data()),
          e);
    }
  }
}
