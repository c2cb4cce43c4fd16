package dev.millrace.connectors.letters;

import dev.millrace.connectors.kafka.Batch;
import dev.millrace.connectors.kafka.KafkaConnection;
import dev.millrace.connectors.kafka.OneTransaction;
import dev.millrace.schema.event.EventCodec;
import dev.millrace.schema.event.LetterMark;
import dev.millrace.schema.event.LetterMark.Settled;
import dev.millrace.schema.event.RepoRequest;
import dev.millrace.schema.event.Scope;
import dev.millrace.schema.topic.Topic;
import java.time.Clock;
import java.util.HashSet;
import java.util.Set;

/**
 * Settles letters as they are read, some thousands a transaction; a mark is in the transaction of
 * the request that it speaks of. One use.
 */
final class Settling {
  private static final String TRANSACTIONAL_ID = "millrace-command-dead-letters";
  private static final String REASON = "dead-letter";
  private static final int MOST_AT_ONCE = 5_000;

  private final KafkaConnection kafka;
  private final Clock clock;
  private final Settled how;
  private final Set<String> repos = new HashSet<>();
  private Batch batch = new Batch();
  private long letters;

  Settling(KafkaConnection kafka, Clock clock, Settled how) {
    this.kafka = kafka;
    this.clock = clock;
    this.how = how;
  }

  /** Asks for a repo, unless it has been asked for. */
  void ask(String did) {
    if (repos.add(did)) {
      batch.add(
          Topic.REPO_REQUESTS,
          did,
          EventCodec.encode(
              new RepoRequest(did, REASON, Scope.FULL, null, null, clock.instant().toString())));
    }
  }

  void settle(LetterId id) {
    batch.add(id.partition(), new LetterMark(how, id.offset()));
    letters++;
    if (batch.size() >= MOST_AT_ONCE) {
      write();
    }
  }

  /** Writes what is left. */
  void write() {
    if (!batch.isEmpty()) {
      OneTransaction.write(kafka, TRANSACTIONAL_ID, batch);
      batch = new Batch();
    }
  }

  long letters() {
    return letters;
  }

  int repos() {
    return repos.size();
  }
}
