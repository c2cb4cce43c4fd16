package dev.millrace.simulator.world;

import dev.millrace.atproto.cid.Cid;
import dev.millrace.atproto.stream.Label;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/** What labelers do: they label posts, versions of posts and accounts, and take some of it back. */
final class Labeling {
  private static final String[] VALUES = {"spam", "porn", "!hide", "!warn", "mill-dust"};

  private final Population population;
  private final Library library;
  private final LabelBook book;

  Labeling(Population population, Library library, LabelBook book) {
    this.population = population;
    this.library = library;
    this.book = book;
  }

  /** One message of one to three labels; nothing where there is no labeler. */
  void label(RandomGenerator random, long micros) {
    if (population.labelers() == 0) {
      return;
    }
    Account labeler = population.all().get(random.nextInt(population.labelers()));
    List<LabelBook.Draft> drafts = new ArrayList<>();
    for (int left = 1 + random.nextInt(3); left > 0; left--) {
      drafts.add(random.nextInt(5) == 0 ? negation(labeler, random) : label(random));
    }
    book.publish(labeler, drafts, micros);
  }

  private LabelBook.Draft label(RandomGenerator random) {
    String value = VALUES[random.nextInt(VALUES.length)];
    boolean expires = random.nextInt(20) == 0;
    Library.Post post = library.anyPost(random);
    if (post == null || random.nextInt(4) == 0) {
      String did = population.subject(random).did().value();
      return new LabelBook.Draft(did, null, value, false, expires);
    }
    Cid cid = post.ref().cid();
    return new LabelBook.Draft(
        post.ref().uri(), random.nextBoolean() ? cid.toString() : null, value, false, expires);
  }

  /** Of a label in force; sometimes of one that never was. */
  private LabelBook.Draft negation(Account labeler, RandomGenerator random) {
    String place = labeler.did() + " at://" + population.subject(random).did();
    List<Label> labels = book.inForceFrom(place, 1);
    if (labels.isEmpty() || !labels.getFirst().src().equals(labeler.did())) {
      LabelBook.Draft draft = label(random);
      return new LabelBook.Draft(draft.uri(), draft.cid(), draft.val(), true, false);
    }
    Label label = labels.getFirst();
    return new LabelBook.Draft(
        label.uri(), random.nextBoolean() ? label.cid() : null, label.val(), true, false);
  }
}
