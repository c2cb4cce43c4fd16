package dev.millrace.topology.backfiller;

import static dev.millrace.topology.streams.StreamsSettings.main;

import dev.millrace.topology.streams.StreamsSettings;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.streams.StreamsConfig;

/** The settings of Kafka Streams that the backfiller's shape needs, beside those of both. */
final class BackfillerSettings {
  private BackfillerSettings() {}

  static Properties of(BackfillerOptions options) {
    Properties settings =
        new StreamsSettings(
                options.bootstrapServers(),
                options.applicationId(),
                options.clientId(),
                options.stateDir(),
                options.threads())
            .properties();
    // Held partitions need the classic protocol: under `streams` custom consumers are not used.
    settings.put(StreamsConfig.GROUP_PROTOCOL_CONFIG, "classic");
    // A held listing has nothing buffered; requests must not wait for it.
    settings.put(StreamsConfig.MAX_TASK_IDLE_MS_CONFIG, -1L);
    // What is buffered is taken even when the partition is held: little, so that lag is the work.
    settings.put(StreamsConfig.BUFFERED_RECORDS_PER_PARTITION_CONFIG, 16);
    settings.put(main(ConsumerConfig.MAX_POLL_RECORDS_CONFIG), 16);
    // Requests and finished fetches are seen soon though nothing else arrives.
    settings.put(StreamsConfig.POLL_MS_CONFIG, 10L);
    return settings;
  }
}
