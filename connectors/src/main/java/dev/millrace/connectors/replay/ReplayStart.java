package dev.millrace.connectors.replay;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Instant;
import java.util.Map;

/** Where a replay begins. */
public sealed interface ReplayStart {
  /** At the first events that ever were. */
  record Beginning() implements ReplayStart {}

  /** At the first events that Kafka took at or after a time. */
  record Since(Instant time) implements ReplayStart {}

  /**
   * At offsets.
   *
   * @param offsets by partition number and topic, as {@code partition_position} holds them
   */
  record Positions(Map<Integer, Map<String, Long>> offsets) implements ReplayStart {
    private static final ObjectMapper JSON = new ObjectMapper();

    public Positions {
      offsets = Map.copyOf(offsets);
    }

    /**
     * Of a file's text, {@code {"0": {"firehose_live": 17, …}, …}}: what {@code SELECT
     * jsonb_object_agg(partition, positions) FROM partition_position} gives.
     *
     * @throws IllegalArgumentException in one line
     */
    public static Positions parse(String json) {
      try {
        return new Positions(
            JSON.readValue(json, new TypeReference<Map<Integer, Map<String, Long>>>() {}));
      } catch (JsonProcessingException e) {
        throw new IllegalArgumentException(
            "is not {\"<partition>\": {\"<topic>\": <offset>, …}, …}: " + e.getOriginalMessage(),
            e);
      }
    }
  }
}
