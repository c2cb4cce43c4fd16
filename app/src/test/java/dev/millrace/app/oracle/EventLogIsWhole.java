package dev.millrace.app.oracle;

import dev.millrace.atproto.repo.RepoOp;
import dev.millrace.atproto.stream.CommitMessage;
import dev.millrace.schema.event.CommitEvent;
import dev.millrace.schema.event.DeadLetter;
import dev.millrace.schema.event.EventCodec;
import dev.millrace.schema.event.RecordEvent;
import dev.millrace.schema.event.RepoEvent;
import dev.millrace.schema.topic.Topic;
import dev.millrace.simulator.Simulator;
import dev.millrace.simulator.event.EventLog;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Compares {@code firehose_live} with what the relays told: every commit of each relay is there
 * with all its operations, each once, between it and the commit before it, and in the relay's order
 * for each DID. A commit that was broken on its way is a dead letter instead, or comes late where
 * it was told again: no more are missing or late than the producer has set aside. A commit comes
 * again no more often than the script lets a relay tell something again or a producer begin again.
 *
 * <p>Owned by one thread.
 */
final class EventLogIsWhole implements Guarantee {
  private static final Set<Act> TOLD_AGAIN =
      Set.of(Act.CURSOR_OUTDATED, Act.CURSOR_IN_FUTURE, Act.REPEATED_EVENT, Act.EARLIER_EVENT);

  private final Script script;
  private final Simulator network;
  private final TopicReader topics;
  private final List<String> problems = new ArrayList<>();

  EventLogIsWhole(Script script, Simulator network, TopicReader topics) {
    this.script = script;
    this.network = network;
    this.topics = topics;
  }

  private record Told(String host, String did) {}

  /** The operations of one commit, by path: what was done, and the CID. */
  private static String op(String action, String path, String cid) {
    return action + " " + path + " " + cid;
  }

  @Override
  public List<String> breaches() {
    Map<Told, Map<Long, List<String>>> expected = told();
    Map<Told, Integer> setAside = setAside();
    Map<Told, Integer> late = new HashMap<>();
    Map<Told, Map<Long, Integer>> times = new HashMap<>();
    Map<Told, List<RecordEvent>> pending = new HashMap<>();
    Map<Told, Long> newest = new HashMap<>();
    for (ConsumerRecord<byte[], byte[]> record : topics.all(Topic.FIREHOSE_LIVE)) {
      RepoEvent event = EventCodec.decode(record.value());
      Told who = new Told(String.valueOf(event.host()), event.did());
      switch (event) {
        case RecordEvent written ->
            pending.computeIfAbsent(who, w -> new ArrayList<>()).add(written);
        case CommitEvent commit -> {
          List<RecordEvent> ops = pending.remove(who);
          check(commit, ops == null ? List.of() : ops, expected.getOrDefault(who, Map.of()));
          int time =
              times.computeIfAbsent(who, w -> new HashMap<>()).merge(commit.seq(), 1, Integer::sum);
          if (time == 1 && newest.merge(who, commit.seq(), Math::max) != commit.seq()) {
            late.merge(who, 1, Integer::sum);
          }
        }
        default -> {}
      }
    }
    pending.forEach((who, ops) -> problems.add(who + ": operations without their commit: " + ops));
    expected.forEach(
        (who, commits) -> {
          Set<Long> missing = new HashSet<>(commits.keySet());
          missing.removeAll(times.getOrDefault(who, Map.of()).keySet());
          int excused = setAside.getOrDefault(who, 0);
          if (missing.size() + late.getOrDefault(who, 0) > excused) {
            problems.add(
                "%s: lost are %s, %d came after a later one, set aside are %d"
                    .formatted(who, missing, late.getOrDefault(who, 0), excused));
          }
        });
    times.forEach(
        (who, seqs) ->
            seqs.forEach(
                (seq, count) -> {
                  if (count > mostTimes(who.host())) {
                    problems.add("%s: seq %d is there %d times".formatted(who, seq, count));
                  }
                }));
    return List.copyOf(problems);
  }

  private long mostTimes(String host) {
    boolean isFirst = host.equals(Rig.name(network.relays().getFirst()));
    return 1
        + script.rounds().stream()
            .flatMap(round -> round.moves().stream())
            .filter(move -> beginsAgain(move) || (isFirst && TOLD_AGAIN.contains(move.act())))
            .count();
  }

  /** A producer that begins again takes up what it had not settled: its cursor was held back. */
  private static boolean beginsAgain(Script.Move move) {
    CrashPoint point = move.point();
    return move.act() == Act.RESTART_BROKER
        || (point != null && point.victim() == CrashPoint.Victim.FIREHOSE);
  }

  /** How many frames the producer could not use; what the sink set aside has a source. */
  private Map<Told, Integer> setAside() {
    Map<Told, Integer> found = new HashMap<>();
    topics.all(Topic.DEAD_LETTERS).stream()
        .map(DeadLetter::from)
        .filter(letter -> letter.source() == null)
        .forEach(
            letter ->
                found.merge(
                    new Told(String.valueOf(letter.host()), String.valueOf(letter.did())),
                    1,
                    Integer::sum));
    return found;
  }

  private void check(CommitEvent commit, List<RecordEvent> ops, Map<Long, List<String>> expected) {
    List<String> wanted = expected.get(commit.seq());
    List<String> found =
        ops.stream()
            .map(
                event ->
                    op(
                        event.action().word(),
                        event.collection() + "/" + event.rkey(),
                        String.valueOf(event.cid())))
            .sorted()
            .toList();
    if (wanted == null) {
      problems.add("a commit that nobody told: " + commit);
    } else if (!wanted.equals(found)
        || ops.stream().anyMatch(event -> event.seq() != commit.seq())) {
      problems.add("%s closes %s, not %s".formatted(commit, found, wanted));
    }
  }

  private Map<Told, Map<Long, List<String>>> told() {
    Map<Told, Map<Long, List<String>>> all = new HashMap<>();
    List<URI> relays = network.relays();
    for (int i = 0; i < relays.size(); i++) {
      String host = Rig.name(relays.get(i));
      for (EventLog.Entry entry : network.world().streams().relays().get(i).read(0, 1_000_000)) {
        if (entry.event().message(entry.seq()) instanceof CommitMessage commit) {
          all.computeIfAbsent(new Told(host, commit.repo().value()), who -> new HashMap<>())
              .put(entry.seq(), commit.ops().stream().map(EventLogIsWhole::op).sorted().toList());
        }
      }
    }
    return all;
  }

  private static String op(RepoOp op) {
    return op(op.action().toString(), op.path(), String.valueOf(op.cid()));
  }
}
