package dev.millrace.simulator.world;

import java.util.Arrays;
import java.util.Set;
import java.util.random.RandomGenerator;

/** What can happen in a step, and how often it does among a thousand. */
public enum Action {
  /** New records, in one commit. */
  CREATE(660),
  /** A record goes; a post takes its gates along. */
  DELETE(90),
  /** A like, repost, follow or block is taken back and given anew, in one commit or in two. */
  REDO(40),
  /** A second like, repost, follow or block of the same subject. */
  DUPLICATE(30),
  /** A record is written anew under the same key. */
  UPDATE(70),
  /** A commit without operations. */
  EMPTY_COMMIT(10),
  /** Another handle, with {@code #identity}. */
  HANDLE(12),
  /** {@code #identity} without news. */
  IDENTITY(4),
  /** Deactivated, suspended, taken down, or active again, with {@code #account}. */
  STATUS(16),
  /** {@code #sync} that says what is known. */
  SYNC(5),
  /** The repo was replaced and only {@code #sync} tells: a reader must fetch it. */
  RESET(4),
  /** Labels, negations among them. */
  LABEL(50),
  /** An account is made. */
  NEW_ACCOUNT(5),
  /** Another signing key; older commits cannot be verified any more. */
  ROTATE_KEY(2),
  /** The account moves to another PDS, which keeps another key. */
  MIGRATE(2);

  private final int weight;

  Action(int weight) {
    this.weight = weight;
  }

  static Action pick(RandomGenerator random, Set<Action> without) {
    int all =
        Arrays.stream(values()).filter(a -> !without.contains(a)).mapToInt(a -> a.weight).sum();
    int left = random.nextInt(all);
    for (Action action : values()) {
      if (!without.contains(action)) {
        left -= action.weight;
        if (left < 0) {
          return action;
        }
      }
    }
    throw new IllegalStateException("weights do not add up");
  }
}
