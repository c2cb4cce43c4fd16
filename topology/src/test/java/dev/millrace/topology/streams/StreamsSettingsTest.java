package dev.millrace.topology.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Properties;
import org.apache.kafka.streams.StreamsConfig;
import org.junit.jupiter.api.Test;

final class StreamsSettingsTest {
  @Test
  void shouldWaitLongerThanADayForKafkaBeforeATaskGivesUp() {
    Properties settings =
        new StreamsSettings("none:1", "test", "test", Path.of("state"), 1).properties();

    assertThat(new StreamsConfig(settings).getLong(StreamsConfig.TASK_TIMEOUT_MS_CONFIG))
        .isGreaterThan(Duration.ofDays(1).toMillis());
  }
}
