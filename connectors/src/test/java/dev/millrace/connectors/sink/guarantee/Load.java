package dev.millrace.connectors.sink.guarantee;

import dev.millrace.connectors.sink.Events;
import dev.millrace.schema.event.EventCodec;
import dev.millrace.schema.event.RepoEvent;
import dev.millrace.schema.topic.Topic;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Live events of some repos, a transaction at a time: creates, updates, deletes, and now and then
 * one that was sent before. Seeded. Owned by the test's thread.
 */
final class Load implements AutoCloseable {
  private static final int REPOS = 40;
  private static final int RKEYS = 12;
  private static final int COMMITS_A_TRANSACTION = 40;

  private final Random random = new Random(20_260_101);
  private final List<Events> repos = new ArrayList<>();
  private final Map<Events, Integer> revs = new HashMap<>();
  private final List<RepoEvent> sent = new ArrayList<>();
  private final ProducedLog log;
  private final KafkaProducer<byte[], byte[]> producer;

  Load(String bootstrapServers, ProducedLog log) {
    this.log = log;
    for (int i = 0; i < REPOS; i++) {
      repos.add(new Events("did:plc:load" + i));
    }
    producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", bootstrapServers, "transactional.id", "load"),
            new ByteArraySerializer(),
            new ByteArraySerializer());
    producer.initTransactions();
  }

  /** One transaction; it is in the log before a reader can see it. */
  void transaction() throws ExecutionException, InterruptedException {
    producer.beginTransaction();
    List<RepoEvent> events = new ArrayList<>();
    for (int i = 0; i < COMMITS_A_TRANSACTION; i++) {
      Events repo = repos.get(random.nextInt(REPOS));
      int rev = revs.merge(repo, 1, Integer::sum);
      events.add(operation(repo, rev));
      events.add(repo.commit(rev));
      if (random.nextInt(10) == 0 && !sent.isEmpty()) {
        events.add(sent.get(random.nextInt(sent.size())));
      }
    }
    List<Future<RecordMetadata>> places = new ArrayList<>();
    for (RepoEvent event : events) {
      places.add(
          producer.send(
              new ProducerRecord<>(
                  Topic.FIREHOSE_LIVE.topicName(),
                  Topic.key(event.did()),
                  EventCodec.encode(event))));
    }
    producer.flush();
    for (int i = 0; i < events.size(); i++) {
      RecordMetadata place = places.get(i).get();
      log.add(place.partition(), place.offset(), events.get(i));
    }
    producer.commitTransaction();
    sent.addAll(events);
  }

  private RepoEvent operation(Events repo, int rev) {
    String rkey = "r" + random.nextInt(RKEYS);
    return random.nextInt(4) == 0
        ? repo.delete(rev, Events.POST, rkey)
        : repo.put(
            rev, Events.POST, rkey, "cid-" + repo.did() + "-" + rev, Events.post("text " + rev));
  }

  @Override
  public void close() {
    producer.close();
  }
}
