package dev.millrace.connectors.firehose;

import static org.awaitility.Awaitility.await;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.millrace.atproto.crypto.PublicKey;
import dev.millrace.atproto.repo.Commit;
import dev.millrace.atproto.stream.CommitMessage;
import dev.millrace.atproto.stream.FrameDecoder;
import dev.millrace.atproto.stream.FrameEncoder;
import dev.millrace.connectors.firehose.TestRepo.Change;
import dev.millrace.connectors.ingest.BatchLimits;
import dev.millrace.connectors.ingest.IngestScope;
import dev.millrace.connectors.ingest.Received;
import dev.millrace.connectors.kafka.Cluster;
import dev.millrace.connectors.kafka.WriteSteps;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * How many commits a second are checked, and brought from a socket into Kafka. Run by hand; prints
 * medians of five rounds:
 *
 * <pre>
 *   java -cp (test class path) dev.millrace.connectors.firehose.FirehoseMeasurement
 * </pre>
 */
final class FirehoseMeasurement {
  private static final int REPOS = 400;
  private static final int RECORDS_BEFORE = 100;
  private static final int COMMITS_OF_EACH = 50;
  private static final int ROUNDS = 5;

  private FirehoseMeasurement() {}

  public static void main(String[] args) throws Exception {
    List<TestRepo> repos = new ArrayList<>();
    List<byte[]> frames = frames(repos);
    System.out.printf(
        "%d commits of %d repos with %d to %d records, %d bytes a frame%n",
        frames.size(),
        REPOS,
        RECORDS_BEFORE,
        RECORDS_BEFORE + COMMITS_OF_EACH,
        frames.stream().mapToLong(frame -> frame.length).sum() / frames.size());
    SigningKeys known = new SigningKeys(REPOS, Ticker.systemTicker());
    repos.forEach(repo -> known.learn(repo.did(), repo.publicKey(), false));
    print("decode the frame, one thread", () -> frames.forEach(FrameDecoder::decode), frames);
    print("decode and check but the signature", () -> check(frames, none()), frames);
    print("decode and check all", () -> check(frames, known), frames);
    Commit commit = TestRepo.signed(TestRepo.key(2));
    PublicKey key = TestRepo.key(2).publicKey();
    print("ceiling: the signature alone, secp256k1", () -> verify(commit, key, frames), frames);
    Commit other = TestRepo.signed(TestRepo.key(3));
    PublicKey otherKey = TestRepo.key(3).publicKey();
    print("ceiling: the signature alone, P-256", () -> verify(other, otherKey, frames), frames);
    endToEnd(repos, frames);
  }

  private static void verify(Commit commit, PublicKey key, List<byte[]> frames) {
    for (int i = 0; i < frames.size(); i++) {
      if (!commit.verify(key)) {
        throw new IllegalStateException("a good signature was refused");
      }
    }
  }

  private static SigningKeys none() {
    return new SigningKeys(1, Ticker.systemTicker());
  }

  private static List<byte[]> frames(List<TestRepo> repos) {
    Random random = new Random(1);
    for (int number = 0; number < REPOS; number++) {
      TestRepo repo = new TestRepo(number);
      List<Change> before = new ArrayList<>();
      for (int i = 0; i < RECORDS_BEFORE; i++) {
        before.add(like(random));
      }
      repo.commit(1, before);
      repos.add(repo);
    }
    List<byte[]> frames = new ArrayList<>();
    long seq = 1;
    for (int round = 0; round < COMMITS_OF_EACH; round++) {
      for (TestRepo repo : repos) {
        CommitMessage commit = repo.commit(++seq, List.of(like(random)));
        frames.add(FrameEncoder.encode(commit));
      }
    }
    return frames;
  }

  private static Change like(Random random) {
    String rkey = Long.toUnsignedString(random.nextLong(), 36);
    return new Change(
        TestRepo.LIKE + "/" + rkey,
        TestRepo.record(
            TestRepo.LIKE,
            "at://did:plc:aaaaaaaaaaaaaaaaaaaaaaaa/app.bsky.feed.post/" + rkey + " ".repeat(100)));
  }

  private static void check(List<byte[]> frames, SigningKeys keys) {
    FrameChecker checker =
        new FrameChecker(
            "measured.example", IngestScope.EVERYTHING, keys, Clock.systemUTC(), Origin.live());
    int events = 0;
    for (byte[] frame : frames) {
      CheckedFrame checked = checker.check(new Received.Message(FrameDecoder.decode(frame), frame));
      events += checked.events.size();
    }
    if (events != 2 * frames.size()) {
      throw new IllegalStateException(events + " events of " + frames.size() + " commits");
    }
  }

  private static void print(String what, Runnable work, List<byte[]> frames) {
    // Of the thread's own CPU time: the machine may have other things to do.
    ThreadMXBean cpu = ManagementFactory.getThreadMXBean();
    long[] perSecond = new long[ROUNDS];
    for (int round = 0; round < ROUNDS; round++) {
      long start = cpu.getCurrentThreadCpuTime();
      work.run();
      perSecond[round] = frames.size() * 1_000_000_000L / (cpu.getCurrentThreadCpuTime() - start);
    }
    Arrays.sort(perSecond);
    System.out.printf("%-50s %,9d commits a core-second%n", what, perSecond[ROUNDS / 2]);
  }

  private static void endToEnd(List<TestRepo> repos, List<byte[]> frames) throws Exception {
    try (Cluster cluster = Cluster.start();
        FirehoseFixture it = new FirehoseFixture(cluster)) {
      repos.forEach(repo -> it.identities.signsWith(repo.did(), repo.publicKey()));
      long seq = 1;
      for (byte[] frame : frames) {
        it.relay.sendFrame(++seq, frame);
      }
      long last = seq;
      long start = System.nanoTime();
      it.start(options -> options.firstCursor(0L).batches(BatchLimits.DEFAULT), WriteSteps.NONE);
      await()
          .pollInterval(Duration.ofMillis(5))
          .atMost(Duration.ofMinutes(10))
          .until(
              () ->
                  it.meters.find("millrace.ingest.events").counters().stream()
                          .mapToDouble(counter -> counter.count())
                          .sum()
                      >= 2 * frames.size());
      it.awaitCursor(last);
      Duration took = Duration.ofNanos(System.nanoTime() - start);
      System.out.printf(
          "%-50s %,9d commits/s (connect and the relay's own sending included)%n",
          "socket to committed in Kafka, 500 a transaction",
          frames.size() * 1_000L / took.toMillis());
    }
  }
}
