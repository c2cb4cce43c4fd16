package dev.millrace.simulator.world;

import dev.millrace.atproto.stream.Label;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.locks.Lock;
import java.util.function.Consumer;

/**
 * What is in the network, to compare with. Reads the world itself, a repo at a time under its read
 * lock: consistent for each repo, and for all of them while no step is taken.
 */
public final class Truth {
  private final Population population;
  private final LabelBook labels;
  private final Lock lock;

  Truth(Population population, LabelBook labels, Lock lock) {
    this.population = population;
    this.labels = labels;
    this.lock = lock;
  }

  /** Every repo but those of deleted accounts. Steps wait while the visitor works on a repo. */
  public void forEachRepo(Consumer<RepoTruth> visitor) {
    for (int i = 0; i < size(); i++) {
      int index = i;
      locked(
          () -> {
            Account account = population.all().get(index);
            if (account.status() != AccountStatus.DELETED) {
              visitor.accept(new RepoTruth(account));
            }
          });
    }
  }

  /** One repo; false if there is no such account. */
  public boolean repo(String did, Consumer<RepoTruth> visitor) {
    boolean[] found = {false};
    locked(
        () -> {
          Account account = population.byDid(did);
          if (account != null && account.status() != AccountStatus.DELETED) {
            found[0] = true;
            visitor.accept(new RepoTruth(account));
          }
        });
    return found[0];
  }

  /**
   * The labels in force of all labelers, by source, subject and value. That one has expired does
   * not matter.
   */
  public List<Label> labels() {
    lock.lock();
    try {
      return labels.inForce();
    } finally {
      lock.unlock();
    }
  }

  public int repoCount() {
    int[] count = {0};
    forEachRepo(repo -> count[0]++);
    return count[0];
  }

  public long recordCount() {
    long[] count = {0};
    forEachRepo(repo -> count[0] += repo.recordCount());
    return count[0];
  }

  /** A SHA-256 over all of it, in hex: equal worlds have equal hashes. */
  public String hash() {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      forEachRepo(
          repo -> {
            update(sha256, repo.did(), repo.handle(), repo.status().text(), repo.rev());
            update(sha256, repo.head().toString());
            repo.forEachRecord(
                (collection, rkey, cid, block) -> update(sha256, collection, rkey, cid.toString()));
          });
      for (Label label : labels()) {
        sha256.update(label.unsigned());
      }
      return HexFormat.of().formatHex(sha256.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  private static void update(MessageDigest digest, String... texts) {
    for (String text : texts) {
      digest.update(text.getBytes(StandardCharsets.UTF_8));
      digest.update((byte) 0);
    }
  }

  private int size() {
    lock.lock();
    try {
      return population.all().size();
    } finally {
      lock.unlock();
    }
  }

  private void locked(Runnable work) {
    lock.lock();
    try {
      work.run();
    } finally {
      lock.unlock();
    }
  }
}
