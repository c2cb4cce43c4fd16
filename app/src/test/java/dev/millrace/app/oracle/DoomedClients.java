package dev.millrace.app.oracle;

import dev.millrace.schema.topic.Topic;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.streams.KafkaClientSupplier;
import org.jspecify.annotations.Nullable;

/** Kafka clients between whose calls a Streams application is killed. Thread-safe. */
final class DoomedClients implements KafkaClientSupplier {
  private static final byte[] CLOSING = "{\"type\":\"repo\"".getBytes(StandardCharsets.UTF_8);

  private final KafkaClientSupplier clients;
  private final Kills kills;
  private final CrashPoint beforeCommit;
  private final CrashPoint afterCommit;

  private DoomedClients(
      KafkaClientSupplier clients, Kills kills, CrashPoint beforeCommit, CrashPoint afterCommit) {
    this.clients = clients;
    this.kills = kills;
    this.beforeCommit = beforeCommit;
    this.afterCommit = afterCommit;
  }

  static DoomedClients ofBackfiller(KafkaClientSupplier clients, Kills kills) {
    return new DoomedClients(
        clients,
        kills,
        CrashPoint.BACKFILLER_BEFORE_KAFKA_COMMIT,
        CrashPoint.BACKFILLER_AFTER_KAFKA_COMMIT);
  }

  static DoomedClients ofTracker(KafkaClientSupplier clients, Kills kills) {
    return new DoomedClients(
        clients,
        kills,
        CrashPoint.TRACKER_BEFORE_KAFKA_COMMIT,
        CrashPoint.TRACKER_AFTER_KAFKA_COMMIT);
  }

  @Override
  @SuppressWarnings("unchecked") // the proxy passes on what the producer takes
  public Producer<byte[], byte[]> getProducer(Map<String, Object> config) {
    Producer<byte[], byte[]> producer = clients.getProducer(config);
    return (Producer<byte[], byte[]>)
        Proxy.newProxyInstance(
            DoomedClients.class.getClassLoader(),
            new Class<?>[] {Producer.class},
            (self, method, arguments) -> call(producer, method, arguments));
  }

  private @Nullable Object call(
      Producer<byte[], byte[]> producer, Method method, Object @Nullable [] arguments)
      throws Throwable {
    boolean isCommit = method.getName().equals("commitTransaction");
    if (isCommit) {
      kills.reached(beforeCommit);
    }
    Object result;
    try {
      result = method.invoke(producer, arguments);
    } catch (InvocationTargetException e) {
      throw e.getTargetException();
    }
    if (isCommit) {
      kills.reached(afterCommit);
    } else if (arguments != null
        && arguments[0] instanceof ProducerRecord<?, ?> sent
        && sent.topic().equals(Topic.FIREHOSE_BACKFILL.topicName())
        && sent.value() instanceof byte[] value) {
      kills.reached(isClosing(value) ? CrashPoint.AFTER_EXPANSION : CrashPoint.DURING_EXPANSION);
    }
    return result;
  }

  private static boolean isClosing(byte[] value) {
    return value.length > CLOSING.length
        && Arrays.equals(value, 0, CLOSING.length, CLOSING, 0, CLOSING.length);
  }

  @Override
  public Admin getAdmin(Map<String, Object> config) {
    return clients.getAdmin(config);
  }

  @Override
  public Consumer<byte[], byte[]> getConsumer(Map<String, Object> config) {
    return clients.getConsumer(config);
  }

  @Override
  public Consumer<byte[], byte[]> getRestoreConsumer(Map<String, Object> config) {
    return clients.getRestoreConsumer(config);
  }

  @Override
  public Consumer<byte[], byte[]> getGlobalConsumer(Map<String, Object> config) {
    return clients.getGlobalConsumer(config);
  }
}
