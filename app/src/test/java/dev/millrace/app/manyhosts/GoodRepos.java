package dev.millrace.app.manyhosts;

import dev.millrace.app.compare.AccountView;
import dev.millrace.app.compare.LabelKey;
import dev.millrace.app.compare.Network;
import dev.millrace.app.demo.SimulatedNetwork;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** The repos of good hosts, as the network has them: of the others there must be nothing. */
final class GoodRepos implements Network {
  private final SimulatedNetwork all;
  private final Set<String> dids;

  GoodRepos(Neighbourhood neighbourhood) {
    all = new SimulatedNetwork(neighbourhood.network().world());
    dids =
        neighbourhood.network().world().accounts().stream()
            .filter(neighbourhood::isGood)
            .map(account -> account.did().value())
            .collect(Collectors.toSet());
  }

  int count() {
    return dids.size();
  }

  @Override
  public void forEachAccount(Consumer<AccountView> visitor) {
    all.forEachAccount(
        account -> {
          if (dids.contains(account.did())) {
            visitor.accept(account);
          }
        });
  }

  @Override
  public Optional<Set<LabelKey>> labels() {
    return Optional.empty();
  }

  @Override
  public boolean isWhole() {
    return true;
  }
}
