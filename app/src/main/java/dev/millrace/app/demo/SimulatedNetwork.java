package dev.millrace.app.demo;

import dev.millrace.app.compare.AccountView;
import dev.millrace.app.compare.LabelKey;
import dev.millrace.app.compare.Network;
import dev.millrace.simulator.world.Account;
import dev.millrace.simulator.world.AccountStatus;
import dev.millrace.simulator.world.World;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** The simulator's world as one side of a comparison: every account, the deleted ones too. */
public final class SimulatedNetwork implements Network {
  private final World world;

  public SimulatedNetwork(World world) {
    this.world = world;
  }

  @Override
  public void forEachAccount(Consumer<AccountView> visitor) {
    world
        .truth()
        .forEachRepo(
            repo -> {
              Map<String, String> records = new HashMap<>();
              if (repo.isActive()) {
                repo.forEachRecord(
                    (collection, rkey, cid, block) ->
                        records.put(collection + "/" + rkey, cid.toString()));
              }
              visitor.accept(
                  new AccountView(
                      repo.did(),
                      repo.isActive() ? null : repo.status().text(),
                      repo.rev(),
                      records));
            });
    for (Account account : world.accounts()) {
      if (account.status() == AccountStatus.DELETED) {
        visitor.accept(
            new AccountView(account.did().value(), AccountStatus.DELETED.text(), null, Map.of()));
      }
    }
  }

  @Override
  public Optional<Set<LabelKey>> labels() {
    return Optional.of(
        world.truth().labels().stream()
            .map(
                label ->
                    new LabelKey(
                        label.src().value(),
                        label.uri(),
                        label.cid() == null ? "" : label.cid(),
                        label.val()))
            .collect(Collectors.toUnmodifiableSet()));
  }

  @Override
  public boolean isWhole() {
    return true;
  }
}
