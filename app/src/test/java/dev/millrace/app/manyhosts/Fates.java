package dev.millrace.app.manyhosts;

import dev.millrace.connectors.letters.LetterFilter;
import dev.millrace.connectors.letters.Letters;
import dev.millrace.simulator.world.Account;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/** Under which word each repo of a bad host stands in the end. */
final class Fates {
  private static final Duration LIMIT = Duration.ofMinutes(3);
  private static final String WAITS = "waits";

  private final Neighbourhood neighbourhood;
  private final Backfilling backfilling;
  private final Map<String, String> reasons = new HashMap<>();

  Fates(Neighbourhood neighbourhood, Backfilling backfilling) {
    this.neighbourhood = neighbourhood;
    this.backfilling = backfilling;
  }

  /** Until only those are in hand whose hosts ask for time, again and again. */
  Fates await() {
    Set<String> impatient =
        bad().stream()
            .filter(account -> !reasons(account).contains("http-429"))
            .map(account -> account.did().value())
            .collect(Collectors.toSet());
    try {
      Awaitility.await("the fates of all repos of bad hosts")
          .atMost(LIMIT)
          .pollInterval(Duration.ofSeconds(1))
          .until(
              () -> {
                readLetters();
                return reasons.keySet().containsAll(impatient);
              });
    } catch (ConditionTimeoutException e) {
      // The report says which.
      readLetters();
    }
    return this;
  }

  private void readLetters() {
    new Letters(backfilling.kafka(), Clock.systemUTC())
        .read(
            LetterFilter.ALL,
            open -> {
              String did = open.letter().did();
              if (did != null) {
                reasons.put(did, open.letter().reason());
              }
            });
  }

  private List<Account> bad() {
    return neighbourhood.network().world().accounts().stream()
        .filter(account -> !neighbourhood.isGood(account))
        .toList();
  }

  private Set<String> reasons(Account account) {
    Badness badness = neighbourhood.badness(account);
    return badness == null ? Set.of() : badness.reasons();
  }

  void report(PrintWriter out, BiConsumer<Boolean, String> check) {
    Map<Badness, Map<String, Integer>> counts = new TreeMap<>();
    long strangers = 0;
    for (Account account : bad()) {
      Badness badness = neighbourhood.badness(account);
      String reason = reasons.getOrDefault(account.did().value(), WAITS);
      counts.computeIfAbsent(badness, b -> new TreeMap<>()).merge(reason, 1, Integer::sum);
      boolean isPatient = reason.equals(WAITS) && reasons(account).contains("http-429");
      strangers += isPatient || reasons(account).contains(reason) ? 0 : 1;
    }
    counts.forEach((badness, words) -> out.printf("  %-26s %s%n", badness, words));
    long good =
        reasons.keySet().stream()
            .filter(did -> bad().stream().noneMatch(a -> a.did().value().equals(did)))
            .count();
    check.accept(strangers == 0, strangers + " repos of bad hosts stand under another word");
    check.accept(good == 0, good + " repos of good hosts were set aside");
  }
}
