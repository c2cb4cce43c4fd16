package dev.millrace.app.status;

import static dev.millrace.schema.jooq.Tables.REPO_STATE;

import dev.millrace.app.run.Lags;
import dev.millrace.app.status.Status.Count;
import dev.millrace.app.status.Status.OfListings;
import dev.millrace.app.status.Status.OfRepos;
import dev.millrace.app.status.Status.OfTopic;
import dev.millrace.connectors.kafka.CursorStore;
import dev.millrace.connectors.kafka.KafkaConnection;
import dev.millrace.connectors.letters.LetterFilter;
import dev.millrace.connectors.letters.Letters;
import dev.millrace.connectors.repolist.RequestedRepos;
import dev.millrace.connectors.sink.SinkOptions;
import dev.millrace.schema.database.Database;
import dev.millrace.schema.event.CursorKey;
import dev.millrace.schema.topic.Topic;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.Admin;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/** Reads how things stand. One thread, one command. */
public final class StatusReader {
  private static final int HOSTS = 20;

  /** By what names the parts go. */
  public record Groups(String backfiller, String tracker, String indexer) {}

  private final KafkaConnection kafka;
  private final Groups groups;
  private final @Nullable Database database;
  private final Clock clock;

  /**
   * Of a cluster.
   *
   * @param database where done repos are counted; null for nowhere
   */
  public StatusReader(
      KafkaConnection kafka, Groups groups, @Nullable Database database, Clock clock) {
    this.kafka = kafka;
    this.groups = groups;
    this.database = database;
    this.clock = clock;
  }

  /**
   * Looks, for at least as long as rates are measured.
   *
   * @throws org.apache.kafka.common.KafkaException if the cluster does not answer
   */
  public Status read(Duration measured) throws InterruptedException, SQLException {
    try (Admin admin = Admin.create(kafka.admin())) {
      Lags lags = new Lags(admin);
      SequencedMap<String, List<String>> readers = new LinkedHashMap<>();
      readers.put(
          groups.backfiller(),
          names(Topic.REPO_BACKFILL, Topic.REPO_REQUESTS, Topic.PLC_IDENTITIES));
      readers.put(
          groups.tracker(),
          names(Topic.FIREHOSE_LIVE, Topic.FIREHOSE_BACKFILL, Topic.PLC_IDENTITIES));
      readers.put(groups.indexer(), names(SinkOptions.ALL_STREAMS.toArray(Topic[]::new)));
      List<OfTopic> topics =
          new TopicLooks(lags, new OldestUnread(kafka, lags), readers).look(measured);
      PendingRepos pending = PendingRepos.read(kafka, groups.backfiller());
      Instant now = clock.instant();
      return new Status(
          now.toString(),
          topics,
          listings(),
          new OfRepos(
              untaken(topics),
              pending.fetching(HOSTS),
              pending.due(now, HOSTS),
              pending.parked(now, HOSTS)),
          failed(),
          done());
    }
  }

  private static List<String> names(Topic... topics) {
    return List.of(topics).stream().map(Topic::topicName).toList();
  }

  private long untaken(List<OfTopic> topics) {
    return topics.stream()
        .filter(topic -> !topic.topic().equals(Topic.PLC_IDENTITIES.topicName()))
        .flatMap(topic -> topic.groups().stream())
        .filter(reader -> reader.group().equals(groups.backfiller()))
        .mapToLong(Status.OfGroup::lag)
        .sum();
  }

  private OfListings listings() {
    CursorStore cursors = new CursorStore(kafka);
    Map<String, String> open = new TreeMap<>();
    long[] counts = new long[2];
    cursors
        .list()
        .forEach(
            (key, cursor) -> {
              if (key.stream() != CursorKey.Stream.REPOS
                  || key.isOfHosts()
                  || key.equals(RequestedRepos.STREAM)) {
                return; // none that a host gives out
              }
              counts[0]++;
              if (cursor.done()) {
                counts[1]++;
              } else if (open.size() < HOSTS) {
                open.put(key.host(), cursor.cursor() == null ? "" : cursor.cursor());
              }
            });
    Tally spots = new Tally();
    cursors.spots().values().forEach(spot -> spots.add(spot.host()));
    return new OfListings(counts[0], counts[1], open, spots.most(HOSTS));
  }

  private Map<String, Count> failed() {
    Map<String, Tally> byReason = new TreeMap<>();
    new Letters(kafka, clock)
        .read(
            LetterFilter.ALL,
            open -> {
              String host = open.letter().host();
              byReason
                  .computeIfAbsent(open.letter().reason(), reason -> new Tally())
                  .add(host == null ? "-" : host);
            });
    Map<String, Count> failed = new LinkedHashMap<>();
    byReason.forEach(
        (reason, tally) -> failed.put(reason, new Count(tally.all(), tally.most(HOSTS))));
    return failed;
  }

  private @Nullable Long done() throws SQLException {
    if (database == null) {
      return null;
    }
    try (Connection connection = database.dataSource().getConnection()) {
      return (long)
          DSL.using(connection, SQLDialect.POSTGRES)
              .fetchCount(REPO_STATE, REPO_STATE.COVERED_REV.isNotNull());
    }
  }
}
