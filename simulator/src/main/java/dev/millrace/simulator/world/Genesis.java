package dev.millrace.simulator.world;

import dev.millrace.atproto.syntax.Tid;
import java.util.List;
import java.util.SplittableRandom;

/** Makes the old history: repos that were filled before any stream remembers. */
final class Genesis {
  private final WorldOptions options;
  private final Population population;
  private final Timeline timeline;
  private final Stage stage;
  private final Composer composer;
  private final Labeling labeling;

  Genesis(
      WorldOptions options,
      Population population,
      Timeline timeline,
      Stage stage,
      Composer composer,
      Labeling labeling) {
    this.options = options;
    this.population = population;
    this.timeline = timeline;
    this.stage = stage;
    this.composer = composer;
    this.labeling = labeling;
  }

  void run() {
    int accounts = options.repos();
    long records = (long) accounts * options.recordsPerRepo();
    stage.begin(timeline.old(0, records));
    SplittableRandom random = Dice.of(options.seed(), "old", -1);
    for (Account account : population.all()) {
      write(account, population.isLabeler(account) ? Kind.LABELER : Kind.PROFILE, random);
    }
    for (Kind kind : Kind.values()) {
      Account author =
          kind == Kind.LABELER ? population.all().getFirst() : population.author(random);
      write(author, kind, random);
    }
    for (long i = 0; i < records; i++) {
      SplittableRandom own = Dice.of(options.seed(), "old", i);
      stage.begin(timeline.old(i, records));
      write(population.author(own), Kind.pick(own), own);
      if (i % 40 == 0) {
        labeling.label(own, stage.moment());
      }
    }
    fillLargest(random);
    sign();
  }

  private void fillLargest(SplittableRandom random) {
    Account largest = population.from(0, account -> !population.isLabeler(account));
    while (largest.repository().size() < options.largestRepo()) {
      write(largest, random.nextInt(4) == 0 ? Kind.POST : Kind.LIKE, random);
    }
  }

  private void write(Account account, Kind kind, SplittableRandom random) {
    composer.compose(kind, account, random).forEach(account.repository()::load);
  }

  /** One commit for each repo, shortly before the backlog begins; nobody is told. */
  private void sign() {
    long first = timeline.backlogStart() - 2L * population.all().size();
    population.all().parallelStream()
        .forEach(
            account -> {
              Tid rev = Tid.of(first + account.index(), account.index() & 1023);
              account
                  .repository()
                  .commit(List.of(), account.key(), rev, Timeline.text(rev.micros()));
            });
  }
}
