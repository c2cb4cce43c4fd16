package dev.millrace.topology.backfiller.admission;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * A main consumer whose partitions are paused while the backfiller holds them.
 *
 * <p>Kafka Streams pauses and resumes partitions for its own reasons (full buffers, restoring).
 * What is paused in effect is the union of its wishes and ours: we never resume what it paused, it
 * never resumes what we hold. It sees only its own pauses.
 *
 * <p>One for a consumer, and so for a stream thread, which is the only one to call it: Streams
 * calls the consumer from no other thread but to {@code wakeup}, which passes through.
 */
final class HeldPartitions implements InvocationHandler {
  private final Consumer<byte[], byte[]> consumer;
  private final Predicate<TopicPartition> isHeld;
  private final Set<TopicPartition> pausedByStreams = new HashSet<>();
  private final Set<TopicPartition> held = new HashSet<>();

  private HeldPartitions(Consumer<byte[], byte[]> consumer, Predicate<TopicPartition> isHeld) {
    this.consumer = consumer;
    this.isHeld = isHeld;
  }

  /**
   * A consumer that holds partitions.
   *
   * @param isHeld asked of every assigned partition before each poll
   */
  @SuppressWarnings("unchecked") // the proxy implements the interface for any type arguments
  static Consumer<byte[], byte[]> wrap(
      Consumer<byte[], byte[]> consumer, Predicate<TopicPartition> isHeld) {
    return (Consumer<byte[], byte[]>)
        Proxy.newProxyInstance(
            HeldPartitions.class.getClassLoader(),
            new Class<?>[] {Consumer.class},
            new HeldPartitions(consumer, isHeld));
  }

  @Override
  @SuppressWarnings("unchecked") // the signatures of Consumer
  public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments)
      throws Throwable {
    if (arguments != null && arguments.length == 1) {
      switch (method.getName()) {
        case "poll" -> {
          return poll((Duration) arguments[0]);
        }
        case "pause" -> {
          pause((Collection<TopicPartition>) arguments[0]);
          return null;
        }
        case "resume" -> {
          resume((Collection<TopicPartition>) arguments[0]);
          return null;
        }
        default -> {
          // passes through
        }
      }
    } else if (method.getName().equals("paused")) {
      return Set.copyOf(pausedByStreams);
    }
    try {
      return method.invoke(consumer, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause() == null ? e : e.getCause();
    }
  }

  private ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
    Set<TopicPartition> assigned = consumer.assignment();
    pausedByStreams.retainAll(assigned);
    held.retainAll(assigned);
    for (TopicPartition partition : assigned) {
      if (isHeld.test(partition)) {
        held.add(partition);
        // Again each time: a partition that went and came back in a rebalance is not paused.
        consumer.pause(List.of(partition));
      } else if (held.remove(partition) && !pausedByStreams.contains(partition)) {
        consumer.resume(List.of(partition));
      }
    }
    return consumer.poll(timeout);
  }

  private void pause(Collection<TopicPartition> partitions) {
    pausedByStreams.addAll(partitions);
    consumer.pause(partitions);
  }

  private void resume(Collection<TopicPartition> partitions) {
    pausedByStreams.removeAll(partitions);
    consumer.resume(partitions.stream().filter(p -> !held.contains(p)).toList());
  }
}
