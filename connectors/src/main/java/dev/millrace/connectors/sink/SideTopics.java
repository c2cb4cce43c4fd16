package dev.millrace.connectors.sink;

import dev.millrace.connectors.kafka.KafkaConnection;
import dev.millrace.schema.event.DeadLetter;
import dev.millrace.schema.event.EventCodec;
import dev.millrace.schema.event.RepoEvent;
import dev.millrace.schema.event.RepoRequest;
import dev.millrace.schema.topic.Topic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Where a batch leaves what does not become rows: {@code dead_letters}, and {@code repo_requests}
 * for repos whose snapshot was refused. It is written before the batch commits, so after a crash
 * between the two it is there twice, never missing.
 *
 * <p>Safe for use by several threads.
 */
final class SideTopics implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(20);

  private final KafkaProducer<byte[], byte @Nullable []> producer;

  SideTopics(KafkaConnection kafka, String clientId) {
    Map<String, Object> settings = new HashMap<>(kafka.security());
    settings.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrapServers());
    settings.put(ProducerConfig.CLIENT_ID_CONFIG, clientId + "-side");
    settings.put(ProducerConfig.ACKS_CONFIG, "all");
    settings.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
    settings.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, Topic.MAX_EVENT_BYTES);
    settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, LIMIT.toMillis() / 2);
    settings.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) LIMIT.toMillis() / 4);
    settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, (int) LIMIT.toMillis());
    this.producer =
        new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
  }

  /**
   * Returns when everything is on disk.
   *
   * @throws KafkaException if it is not; doing it again is safe
   */
  void write(Effects effects) throws InterruptedException {
    List<Future<?>> sent = new ArrayList<>();
    for (Effects.Letter letter : effects.letters()) {
      sent.add(producer.send(letter(letter)));
    }
    for (RepoRequest request : effects.requests()) {
      sent.add(
          producer.send(
              new ProducerRecord<>(
                  Topic.REPO_REQUESTS.topicName(),
                  Topic.key(request.did()),
                  EventCodec.encode(request))));
    }
    for (Future<?> future : sent) {
      await(future);
    }
  }

  private static ProducerRecord<byte[], byte @Nullable []> letter(Effects.Letter letter) {
    DeadLetter dead =
        DeadLetter.of(letter.reason(), letter.event().source().value())
            .source(DeadLetter.Source.of(letter.event().source()))
            .exception(letter.cause());
    return switch (letter.event().content()) {
      case Incoming.Content.OfRepo(RepoEvent event) ->
          dead.did(event.did()).host(event.host()).toRecord();
      case Incoming.Content.OfLabel(var label) ->
          dead.did(label.src()).host(label.host()).ofLabels().toRecord();
      case Incoming.Content.OfIdentity(String did, var identity) -> dead.did(did).toRecord();
      case Incoming.Content.Bad bad -> dead.toRecord();
    };
  }

  private static void await(Future<?> future) throws InterruptedException {
    try {
      future.get(2 * LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw new KafkaException("not written beside the batch: " + e.getCause(), e.getCause());
    } catch (TimeoutException e) {
      throw new KafkaException("not written beside the batch in time", e);
    }
  }

  @Override
  public void close() {
    producer.close(Duration.ofSeconds(5));
  }
}
