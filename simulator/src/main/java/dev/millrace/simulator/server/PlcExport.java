package dev.millrace.simulator.server;

import dev.millrace.simulator.world.Account;
import dev.millrace.simulator.world.Identity;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The directory's log over all DIDs: every operation has a number from 1 on, in the order in which
 * they came, which stays while the network is open. Thread-safe; used under the world's lock.
 */
final class PlcExport {
  /**
   * An operation's place.
   *
   * @param index among its DID's own, from 0
   */
  record Place(long seq, long micros, String time, Account account, int index) {}

  private static final Comparator<Place> BY_TIME = Comparator.comparingLong(Place::micros);

  private final List<Place> places = new ArrayList<>();
  private final Map<Integer, Integer> numbered = new HashMap<>();

  /** Those after a number, in order. */
  synchronized List<Place> after(List<Account> accounts, long seq, int count) {
    number(accounts);
    int from = Math.clamp(seq, 0, places.size());
    return List.copyOf(places.subList(from, Math.min(places.size(), from + count)));
  }

  /** Those after a time, the oldest first. */
  synchronized List<Place> after(List<Account> accounts, String time, int count) {
    number(accounts);
    return places.stream()
        .filter(place -> place.time().compareTo(time) > 0)
        .sorted(BY_TIME)
        .limit(count)
        .toList();
  }

  private void number(List<Account> accounts) {
    List<Place> fresh = new ArrayList<>();
    for (Account account : accounts) {
      List<Identity> identities = account.identities();
      int known = numbered.getOrDefault(account.index(), 0);
      for (int index = known; index <= identities.size(); index++) {
        Identity identity = identities.get(Math.max(0, index - 1));
        long micros = index == 0 ? identity.micros() - 1_000 : identity.micros();
        String time = index == 0 ? identity.bornAt() : identity.time();
        fresh.add(new Place(0, micros, time, account, index));
      }
      numbered.put(account.index(), identities.size() + 1);
    }
    fresh.sort(BY_TIME);
    for (Place place : fresh) {
      places.add(
          new Place(
              places.size() + 1L, place.micros(), place.time(), place.account(), place.index()));
    }
  }
}
