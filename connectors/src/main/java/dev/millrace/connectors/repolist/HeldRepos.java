package dev.millrace.connectors.repolist;

import dev.millrace.schema.event.RepoListing;
import dev.millrace.schema.event.RepoRequest;
import dev.millrace.schema.event.Scope;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Compares listed repos with what the database holds of them. Thread-safe. */
public final class HeldRepos {
  private static final String REASON = "reconcile";
  private static final HeldRepo NOTHING = new HeldRepo(null, null, null, null);
  private static final String HELD =
      """
      SELECT d.did, s."repoRev", r.covered_rev, r.active, r.status
      FROM unnest(?) AS d(did)
      LEFT JOIN repo_state r ON r.did = d.did
      LEFT JOIN actor_sync s ON s.did = d.did
      """;

  private final DataSource database;
  private final Scope scope;

  /**
   * Of a database.
   *
   * @param scope what is wanted of every repo; only where that is all does a snapshot make a repo
   *     whole
   */
  public HeldRepos(DataSource database, Scope scope) {
    this.database = database;
    this.scope = scope;
  }

  /** A listed repo, and how what is held differs from it. */
  record Compared(RepoListing repo, Difference difference) {

    /** What asks for the repo. Whether a status is true is for the current PDS to say. */
    RepoRequest request(Scope scope, String now) {
      return new RepoRequest(repo.did(), reason(), scope, repo.host(), repo.rev(), now);
    }

    private String reason() {
      if (difference != Difference.STATUS) {
        return REASON;
      }
      return HeldRepo.isDeleted(repo.active(), repo.status()) ? "deletion" : "status";
    }
  }

  Scope scope() {
    return scope;
  }

  /** In the page's order, by one query. */
  List<Compared> compare(List<RepoListing> page) throws SQLException {
    if (page.isEmpty()) {
      return List.of();
    }
    Map<String, HeldRepo> held = read(page);
    List<Compared> compared = new ArrayList<>(page.size());
    for (RepoListing repo : page) {
      HeldRepo own = Objects.requireNonNullElse(held.get(repo.did()), NOTHING);
      compared.add(new Compared(repo, own.from(repo, scope.isFull())));
    }
    return compared;
  }

  private Map<String, HeldRepo> read(List<RepoListing> page) throws SQLException {
    Map<String, @Nullable HeldRepo> held = new HashMap<>();
    try (Connection connection = database.getConnection();
        PreparedStatement statement = connection.prepareStatement(HELD)) {
      Array dids =
          connection.createArrayOf("varchar", page.stream().map(RepoListing::did).toArray());
      statement.setArray(1, dids);
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          held.put(
              rows.getString(1),
              new HeldRepo(
                  rows.getString(2),
                  rows.getString(3),
                  rows.getObject(4, Boolean.class),
                  rows.getString(5)));
        }
      } finally {
        dids.free();
      }
    }
    return held;
  }
}
