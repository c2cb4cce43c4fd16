package dev.millrace.app.oracle;

import dev.millrace.schema.database.Database;
import dev.millrace.schema.event.EventCodec;
import dev.millrace.schema.topic.Topic;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * What the topics and the database hold of the DIDs that problems name, for whoever has to find the
 * cause: a seed does not repeat a race.
 */
final class Evidence {
  private static final Pattern DID = Pattern.compile("did:plc:[a-z2-7]{24}");
  private static final int DIDS = 2;
  private static final int LONGEST = 300;

  private final TopicReader topics;
  private final Database database;

  Evidence(TopicReader topics, Database database) {
    this.topics = topics;
    this.database = database;
  }

  /** A line an event, in the order of each topic, and the repo's state. */
  List<String> of(List<String> problems) throws SQLException {
    TreeSet<String> dids = new TreeSet<>();
    for (String problem : problems) {
      Matcher matcher = DID.matcher(problem);
      if (matcher.find()) {
        dids.add(matcher.group());
      }
    }
    List<String> lines = new ArrayList<>();
    for (String did : dids.stream().limit(DIDS).toList()) {
      lines.add(did + " in repo_state: " + state(did));
      for (Topic topic :
          List.of(
              Topic.FIREHOSE_LIVE,
              Topic.REPO_REQUESTS,
              Topic.FIREHOSE_BACKFILL,
              Topic.DEAD_LETTERS)) {
        for (ConsumerRecord<byte[], byte[]> record : topics.all(topic)) {
          if (Arrays.equals(record.key(), Topic.key(did))) {
            String line =
                "%s %d: %s".formatted(topic.topicName(), record.offset(), words(topic, record));
            lines.add(line.substring(0, Math.min(LONGEST, line.length())));
          }
        }
      }
    }
    return lines;
  }

  private static String words(Topic topic, ConsumerRecord<byte[], byte[]> record) {
    return switch (topic) {
      case REPO_REQUESTS -> EventCodec.decodeRequest(record.value()).toString();
      case DEAD_LETTERS -> record.headers().toString();
      default -> EventCodec.decode(record.value()).toString();
    };
  }

  private String state(String did) throws SQLException {
    try (Connection connection = database.dataSource().getConnection();
        PreparedStatement query =
            connection.prepareStatement(
                "SELECT to_jsonb(repo_state)::text FROM repo_state WHERE did = ?")) {
      query.setString(1, did);
      try (ResultSet rows = query.executeQuery()) {
        return rows.next() ? rows.getString(1) : "none";
      }
    }
  }
}
