package dev.millrace.simulator.world;

import dev.millrace.atproto.crypto.Curve;
import dev.millrace.atproto.crypto.SigningKey;
import dev.millrace.simulator.plc.PlcOperation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** All accounts, and who among them is active how much. Guarded by the world's lock. */
final class Population {
  private static final int P256_AMONG = 12;
  private static final double LONG_TAIL = 1.2;
  private static final String[] NAMES = {
    "ada", "bela", "chidi", "dara", "emre", "fumi", "gita", "hugo", "ines", "jun", "kofi", "lena",
    "mira", "noor", "otto", "pia", "quin", "rosa", "sami", "tove"
  };

  private final long seed;
  private final int pdsCount;
  private final double firstPdsShare;
  private final int labelers;
  private final SigningKey rotationKey;
  private final List<Account> accounts = new ArrayList<>();
  private final Map<String, Account> byDid = new HashMap<>();
  private final Map<String, Account> byHandle = new HashMap<>();

  /** The sum of the weights up to each of the first accounts. */
  private final double[] activity;

  Population(WorldOptions options, Timeline timeline) {
    seed = options.seed();
    pdsCount = options.pdsCount();
    firstPdsShare = options.firstPdsShare();
    labelers = options.labelers();
    rotationKey = SigningKey.of(Curve.SECP256K1, Dice.secret(seed, "rotation", 0));
    int count = options.repos();
    IntStream.range(0, count)
        .parallel()
        .mapToObj(i -> make(i, timeline.account(i, count)))
        .toList()
        .forEach(this::add);
    activity = new double[count];
    SplittableRandom random = Dice.of(seed, "activity", 0);
    double sum = 0;
    for (int i = 0; i < count; i++) {
      sum += Math.min(200, Math.pow(1 - random.nextDouble(), -1 / LONG_TAIL));
      activity[i] = sum;
    }
  }

  SigningKey rotationKey() {
    return rotationKey;
  }

  /** An account that is to be; {@link #add} makes it known. */
  Account make(int index, long micros) {
    SplittableRandom random = Dice.of(seed, "account", index);
    String handle = handle(index, 0);
    SigningKey key = key(index, 0);
    SigningKey labelKey =
        index < labelers
            ? SigningKey.of(Curve.SECP256K1, Dice.secret(seed, "label-key", index))
            : null;
    int pds = pds(random);
    PlcOperation.State state =
        new PlcOperation.State(
            handle,
            "https://pds" + pds + ".mill.example",
            key.publicKey().toDidKey(),
            labelKey == null ? null : "https://labeler" + index + ".mill.example",
            labelKey == null ? null : labelKey.publicKey().toDidKey());
    PlcOperation genesis = PlcOperation.sign(state, null, rotationKey);
    return new Account(index, genesis, new Identity(micros + 1_000, handle, pds, key), labelKey);
  }

  private int pds(SplittableRandom random) {
    if (firstPdsShare < 0 || pdsCount == 1) {
      return random.nextInt(pdsCount);
    }
    return random.nextDouble() < firstPdsShare ? 0 : 1 + random.nextInt(pdsCount - 1);
  }

  void add(Account account) {
    if (account.index() != accounts.size()) {
      throw new IllegalArgumentException("accounts come in order");
    }
    accounts.add(account);
    byDid.put(account.did().value(), account);
    byHandle.put(account.handle(), account);
  }

  /** The handle of an account after so many changes. */
  String handle(int index, int generation) {
    String name = NAMES[Math.floorMod(index * 7 + generation, NAMES.length)];
    String suffix = generation == 0 ? "" : "-" + generation;
    return name + "-" + index + suffix + ".mill.test";
  }

  /** Few keys are of P-256. */
  SigningKey key(int index, int generation) {
    Curve curve = index % P256_AMONG == 5 ? Curve.P256 : Curve.SECP256K1;
    return SigningKey.of(curve, Dice.secret(seed, "key" + generation, index));
  }

  void become(Account account, Identity identity) {
    byHandle.remove(account.handle());
    account.become(identity);
    byHandle.put(identity.handle(), account);
  }

  List<Account> all() {
    return Collections.unmodifiableList(accounts);
  }

  @Nullable Account byDid(String did) {
    return byDid.get(did);
  }

  @Nullable Account byHandle(String handle) {
    return byHandle.get(handle);
  }

  /** An active account that does something: some do much more than others. */
  Account author(RandomGenerator random) {
    int start;
    if (accounts.size() > activity.length && random.nextInt(20) == 0) {
      start = activity.length + random.nextInt(accounts.size() - activity.length);
    } else {
      double at = random.nextDouble() * activity[activity.length - 1];
      int found = Arrays.binarySearch(activity, at);
      start = Math.min(activity.length - 1, found < 0 ? -1 - found : found);
    }
    return from(start, Account::isActive);
  }

  /** An account that others look at: the earlier, the more. */
  Account subject(RandomGenerator random) {
    return accounts.get((int) (accounts.size() * Math.pow(random.nextDouble(), 3)));
  }

  /** The first account from an index on that is as wanted, going round; else the one there. */
  Account from(int start, Predicate<Account> wanted) {
    for (int i = 0; i < accounts.size(); i++) {
      Account account = accounts.get((start + i) % accounts.size());
      if (wanted.test(account)) {
        return account;
      }
    }
    return accounts.get(start);
  }

  boolean isLabeler(Account account) {
    return account.index() < labelers;
  }

  int pdsCount() {
    return pdsCount;
  }

  int labelers() {
    return labelers;
  }
}
