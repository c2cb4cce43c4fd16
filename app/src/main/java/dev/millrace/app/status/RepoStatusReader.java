package dev.millrace.app.status;

import dev.millrace.app.status.RepoStatus.Held;
import dev.millrace.app.status.RepoStatus.Letter;
import dev.millrace.app.status.RepoStatus.Waiting;
import dev.millrace.connectors.kafka.KafkaConnection;
import dev.millrace.connectors.letters.LetterFilter;
import dev.millrace.connectors.letters.Letters;
import dev.millrace.schema.database.Database;
import dev.millrace.topology.backfiller.pending.PendingRepo;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads how things stand with single repos. One thread, one command. */
public final class RepoStatusReader {
  private static final String HELD =
      """
      SELECT a.handle, s."repoRev", r.covered_rev, r.active, r.status,
        (SELECT count(*) FROM record WHERE record.did = d.did)
      FROM (SELECT ?::varchar AS did) d
      LEFT JOIN repo_state r ON r.did = d.did
      LEFT JOIN actor_sync s ON s.did = d.did
      LEFT JOIN actor a ON a.did = d.did
      WHERE r.did IS NOT NULL OR s.did IS NOT NULL OR a.did IS NOT NULL
      """;

  private final KafkaConnection kafka;
  private final String backfiller;
  private final Database database;
  private final Clock clock;

  /**
   * Of a cluster and a database.
   *
   * @param backfiller the backfillers' group
   */
  public RepoStatusReader(
      KafkaConnection kafka, String backfiller, Database database, Clock clock) {
    this.kafka = kafka;
    this.backfiller = backfiller;
    this.database = database;
    this.clock = clock;
  }

  /**
   * In the order of the DIDs.
   *
   * @throws org.apache.kafka.common.KafkaException if the cluster does not answer
   */
  public List<RepoStatus> read(List<String> dids) throws SQLException {
    Map<String, List<Letter>> letters = letters(dids);
    List<RepoStatus> repos = new ArrayList<>();
    try (Connection connection = database.dataSource().getConnection();
        PreparedStatement statement = connection.prepareStatement(HELD)) {
      for (String did : dids) {
        repos.add(
            new RepoStatus(
                did,
                held(statement, did),
                PendingRepos.find(kafka, backfiller, did).map(this::waiting).orElse(null),
                letters.getOrDefault(did, List.of())));
      }
    }
    return repos;
  }

  private static @Nullable Held held(PreparedStatement statement, String did) throws SQLException {
    statement.setString(1, did);
    try (ResultSet row = statement.executeQuery()) {
      if (!row.next()) {
        return null;
      }
      return new Held(
          row.getString(1),
          row.getString(2),
          row.getString(3),
          row.getObject(4, Boolean.class),
          row.getString(5),
          row.getLong(6));
    }
  }

  private Waiting waiting(PendingRepo repo) {
    boolean isDue = repo.notBefore() <= clock.millis();
    return new Waiting(
        repo.lane().word(),
        repo.wish().reason(),
        repo.attempt(),
        repo.lastReason(),
        repo.host(),
        Instant.ofEpochMilli(repo.since()).toString(),
        isDue ? null : Instant.ofEpochMilli(repo.notBefore()).toString(),
        repo.isFetching() ? Instant.ofEpochMilli(repo.fetchingSince()).toString() : null);
  }

  private Map<String, List<Letter>> letters(List<String> dids) {
    Map<String, List<Letter>> letters = new LinkedHashMap<>();
    new Letters(kafka, clock)
        .read(
            new LetterFilter(Set.of(), Set.of(), Set.of(), Set.copyOf(dids)),
            open ->
                letters
                    .computeIfAbsent(String.valueOf(open.letter().did()), did -> new ArrayList<>())
                    .add(
                        new Letter(
                            open.id().toString(),
                            open.at().toString(),
                            open.letter().reason(),
                            open.letter().host(),
                            open.letter().exception())));
    return letters;
  }
}
