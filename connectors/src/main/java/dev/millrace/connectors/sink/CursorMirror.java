package dev.millrace.connectors.sink;

import static dev.millrace.schema.jooq.Tables.FIREHOSE_CURSOR;
import static org.jooq.impl.DSL.any;
import static org.jooq.impl.DSL.excluded;

import dev.millrace.atproto.BadDataException;
import dev.millrace.atproto.retry.Backoff;
import dev.millrace.connectors.sink.sql.ArrayRows;
import dev.millrace.connectors.sink.sql.SinkSession;
import dev.millrace.connectors.sink.sql.SqlFailure;
import dev.millrace.connectors.sink.sql.StoredTime;
import dev.millrace.schema.event.CursorValue;
import dev.millrace.schema.event.EventCodec;
import dev.millrace.schema.topic.Topic;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jooq.DSLContext;
import org.jooq.exception.DataAccessException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Mirrors {@code ingest_cursors} into table {@code firehose_cursor}, service by service, for those
 * who look at the database. Nothing reads progress from there: the topic holds it.
 *
 * <p>Reads the compacted topic from its start each time it starts, so it keeps no position. Owned
 * by the thread of {@link #run}; {@link #isWaiting} alone is read by others.
 */
final class CursorMirror {
  private static final Logger log = LoggerFactory.getLogger(CursorMirror.class);
  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration LIMIT = Duration.ofSeconds(20);

  private final SinkOptions options;
  private final SinkSession session;
  private final Backoff backoff =
      new Backoff(Duration.ofMillis(200), Duration.ofSeconds(15), RandomGenerator.getDefault());
  private volatile boolean isWaiting;

  CursorMirror(SinkOptions options) {
    this.options = options;
    this.session = new SinkSession(options.database());
  }

  boolean isWaiting() {
    return isWaiting;
  }

  void run(BooleanSupplier isStopping) throws InterruptedException {
    Map<String, Optional<CursorValue>> unwritten = new TreeMap<>();
    try (session;
        KafkaConsumer<byte[], byte[]> consumer =
            new KafkaConsumer<>(
                settings(), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      boolean isAssigned = false;
      while (!isStopping.getAsBoolean()) {
        try {
          if (!isAssigned) {
            assign(consumer);
            isAssigned = true;
          }
          read(consumer, unwritten);
          write(unwritten);
          backoff.reset();
          isWaiting = false;
        } catch (InterruptException e) {
          throw e;
        } catch (SQLException | DataAccessException | KafkaException e) {
          session.rollback();
          if (!(e instanceof KafkaException) && SqlFailure.of(e) == SqlFailure.DEFECT) {
            throw new IllegalStateException("cursors cannot be mirrored: " + e.getMessage(), e);
          }
          log.warn("cursors not mirrored, tried again: {}", e.getMessage());
          isWaiting = true;
          Thread.sleep(backoff.next());
        }
      }
    }
  }

  private static void assign(KafkaConsumer<byte[], byte[]> consumer) {
    List<TopicPartition> all =
        consumer.partitionsFor(Topic.INGEST_CURSORS.topicName(), LIMIT).stream()
            .map(info -> new TopicPartition(info.topic(), info.partition()))
            .toList();
    consumer.assign(all);
    consumer.seekToBeginning(all);
  }

  private static void read(
      KafkaConsumer<byte[], byte[]> consumer, Map<String, Optional<CursorValue>> unwritten) {
    for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
      String service = new String(record.key(), StandardCharsets.UTF_8);
      try {
        unwritten.put(service, Optional.ofNullable(record.value()).map(EventCodec::decodeCursor));
      } catch (BadDataException e) {
        throw new IllegalStateException(
            "topic %s holds what is no cursor under %s"
                .formatted(Topic.INGEST_CURSORS.topicName(), service),
            e);
      }
    }
  }

  private void write(Map<String, Optional<CursorValue>> unwritten) throws SQLException {
    if (unwritten.isEmpty()) {
      return;
    }
    ArrayRows rows =
        new ArrayRows(
            FIREHOSE_CURSOR.SERVICE,
            FIREHOSE_CURSOR.CURSOR,
            FIREHOSE_CURSOR.LAST_EVENT_TIME,
            FIREHOSE_CURSOR.UPDATED_AT);
    List<String> forgotten = new ArrayList<>();
    unwritten.forEach(
        (service, value) ->
            value.ifPresentOrElse(
                cursor ->
                    rows.add(
                        service,
                        cursor.cursor(),
                        time(cursor.eventTime()),
                        time(cursor.updatedAt())),
                () -> forgotten.add(service)));
    Connection connection = session.connection();
    DSLContext sql = SinkSession.sql(connection);
    if (!rows.isEmpty()) {
      sql.insertInto(
              FIREHOSE_CURSOR,
              FIREHOSE_CURSOR.SERVICE,
              FIREHOSE_CURSOR.CURSOR,
              FIREHOSE_CURSOR.LAST_EVENT_TIME,
              FIREHOSE_CURSOR.UPDATED_AT)
          .select(
              sql.select(
                      rows.column(FIREHOSE_CURSOR.SERVICE),
                      rows.column(FIREHOSE_CURSOR.CURSOR),
                      rows.column(FIREHOSE_CURSOR.LAST_EVENT_TIME),
                      rows.column(FIREHOSE_CURSOR.UPDATED_AT))
                  .from(rows.table()))
          .onConflict(FIREHOSE_CURSOR.SERVICE)
          .doUpdate()
          .set(FIREHOSE_CURSOR.CURSOR, excluded(FIREHOSE_CURSOR.CURSOR))
          .set(FIREHOSE_CURSOR.LAST_EVENT_TIME, excluded(FIREHOSE_CURSOR.LAST_EVENT_TIME))
          .set(FIREHOSE_CURSOR.UPDATED_AT, excluded(FIREHOSE_CURSOR.UPDATED_AT))
          .execute();
    }
    if (!forgotten.isEmpty()) {
      sql.deleteFrom(FIREHOSE_CURSOR)
          .where(FIREHOSE_CURSOR.SERVICE.eq(any(forgotten.toArray(String[]::new))))
          .execute();
    }
    connection.commit();
    unwritten.clear();
  }

  private static @Nullable OffsetDateTime time(@Nullable String text) {
    return text == null ? null : Instant.parse(StoredTime.of(text)).atOffset(ZoneOffset.UTC);
  }

  private Map<String, Object> settings() {
    Map<String, Object> settings = new HashMap<>(options.kafka().security());
    settings.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, options.kafka().bootstrapServers());
    settings.put(ConsumerConfig.CLIENT_ID_CONFIG, options.consumer() + "-cursors");
    settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    return settings;
  }
}
