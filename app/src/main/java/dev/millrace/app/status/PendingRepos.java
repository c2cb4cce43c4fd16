package dev.millrace.app.status;

import dev.millrace.app.status.Status.Waiting;
import dev.millrace.connectors.kafka.KafkaConnection;
import dev.millrace.connectors.kafka.WholeTopic;
import dev.millrace.schema.topic.Topic;
import dev.millrace.topology.backfiller.pending.PendingRepo;
import dev.millrace.topology.backfiller.pending.PendingStore;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What the backfiller's store holds, read from its changelog: the repos taken and not finished. */
public final class PendingRepos {
  static final String NEVER_TRIED = "new";

  private final Map<String, PendingRepo> repos;

  private PendingRepos(Map<String, PendingRepo> repos) {
    this.repos = repos;
  }

  /**
   * Reads it whole; it has as many entries as repos wait, and those that were finished lately.
   *
   * @param group of the backfillers
   */
  public static PendingRepos read(KafkaConnection kafka, String group) {
    Map<String, PendingRepo> repos = new HashMap<>();
    WholeTopic.read(
        kafka,
        PendingStore.changelog(group),
        record -> {
          String did = new String(record.key(), StandardCharsets.UTF_8);
          if (record.value() == null) {
            repos.remove(did);
          } else {
            repos.put(did, PendingStore.entry(record.value()));
          }
        });
    return new PendingRepos(repos);
  }

  /** What waits of one repo, read from its partition alone; empty if it does not wait. */
  static Optional<PendingRepo> find(KafkaConnection kafka, String group, String did) {
    AtomicReference<@Nullable PendingRepo> newest = new AtomicReference<>();
    WholeTopic.readKey(
        kafka,
        PendingStore.changelog(group),
        Topic.key(did),
        record -> newest.set(record.value() == null ? null : PendingStore.entry(record.value())));
    return Optional.ofNullable(newest.get());
  }

  public Collection<PendingRepo> all() {
    return List.copyOf(repos.values());
  }

  Waiting fetching(int hosts) {
    return waiting(PendingRepo::isFetching, hosts);
  }

  Waiting due(Instant now, int hosts) {
    return waiting(repo -> !repo.isFetching() && repo.notBefore() <= now.toEpochMilli(), hosts);
  }

  Waiting parked(Instant now, int hosts) {
    return waiting(repo -> !repo.isFetching() && repo.notBefore() > now.toEpochMilli(), hosts);
  }

  private Waiting waiting(Predicate<PendingRepo> isMeant, int mostHosts) {
    Tally reasons = new Tally();
    Tally hosts = new Tally();
    for (PendingRepo repo : repos.values()) {
      if (isMeant.test(repo)) {
        String reason = repo.lastReason();
        reasons.add(reason == null ? NEVER_TRIED : reason);
        String host = repo.host();
        if (host != null) {
          hosts.add(host);
        }
      }
    }
    return new Waiting(reasons.all(), reasons.most(Integer.MAX_VALUE), hosts.most(mostHosts));
  }
}
