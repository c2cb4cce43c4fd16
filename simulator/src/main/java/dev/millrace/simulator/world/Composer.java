package dev.millrace.simulator.world;

import dev.millrace.atproto.cid.Cid;
import dev.millrace.atproto.syntax.Tid;
import dev.millrace.simulator.record.ActorRecords;
import dev.millrace.simulator.record.Collections;
import dev.millrace.simulator.record.FeedRecords;
import dev.millrace.simulator.record.GraphRecords;
import dev.millrace.simulator.record.StrongRef;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * Writes what an account might: decides on subjects and keys. Changes no repo, only the library of
 * what others may react to.
 */
final class Composer {
  private static final String SELF = "self";

  private final Population population;
  private final Library library;

  /** Every call gives a later moment, in microseconds. */
  private final LongSupplier clock;

  Composer(Population population, Library library, LongSupplier clock) {
    this.population = population;
    this.library = library;
    this.clock = clock;
  }

  /** The writes of one new thing; some bring others along. */
  List<Write> compose(Kind kind, Account author, RandomGenerator random) {
    long now = clock.getAsLong();
    String time = Timeline.text(now);
    String key = key(author, now);
    return switch (kind) {
      case POST -> List.of(post(author, key, time, random));
      case LIKE, REPOST -> List.of(reaction(kind, author, key, time, random));
      case FOLLOW -> List.of(edge(Collections.FOLLOW, key, time, other(author, random)));
      case BLOCK -> List.of(edge(Collections.BLOCK, key, time, other(author, random)));
      case LIST -> List.of(list(author, key, time, random));
      case LISTITEM -> listitem(author, key, time, random);
      case LISTBLOCK -> {
        String list = library.anyList(random);
        yield list == null
            ? List.of(list(author, key, time, random))
            : List.of(edge(Collections.LISTBLOCK, key, time, list));
      }
      case THREADGATE, POSTGATE -> gate(kind, author, key, time, random);
      case GENERATOR -> List.of(generator(author, time, random));
      case STARTERPACK -> starterpack(author, key, time, random);
      case PROFILE ->
          List.of(
              Write.put(
                  Collections.PROFILE,
                  SELF,
                  ActorRecords.profile(random, time, author.lastPost())));
      case STATUS ->
          List.of(Write.put(Collections.STATUS, SELF, ActorRecords.status(random, time)));
      case NOTIFICATIONS ->
          List.of(Write.put(Collections.NOTIFICATIONS, SELF, ActorRecords.notifications(random)));
      case CHAT -> List.of(Write.put(Collections.CHAT, SELF, ActorRecords.chat(random)));
      case GERM -> List.of(Write.put(Collections.GERM, SELF, ActorRecords.germ(random)));
      case VERIFICATION -> {
        Account subject = other(author, population, random);
        yield List.of(
            Write.put(
                Collections.VERIFICATION,
                key,
                GraphRecords.verification(random, time, person(subject))));
      }
      case UNKNOWN ->
          List.of(Write.put(Collections.UNKNOWN, key, ActorRecords.unknown(random, time)));
      case LABELER ->
          population.isLabeler(author)
              ? List.of(Write.put(Collections.LABELER, SELF, ActorRecords.labeler(random, time)))
              : compose(Kind.PROFILE, author, random);
    };
  }

  /** A key of the moment; a repo's own clock never gives one twice. */
  static String key(Account author, long micros) {
    return Tid.of(micros, author.index() & 1023).value();
  }

  private Write post(Account author, String key, String time, RandomGenerator random) {
    StrongRef own = author.lastPost();
    Library.Post parent = null;
    if (random.nextInt(100) < 35) {
      parent =
          own != null && random.nextInt(3) == 0
              ? new Library.Post(own, own, author.index())
              : library.anyPost(random);
    }
    FeedRecords.Reply reply = null;
    if (parent != null) {
      boolean wrongRoot = random.nextInt(200) == 0;
      reply = new FeedRecords.Reply(wrongRoot ? parent.ref() : parent.root(), parent.ref());
    }
    Library.Post quoted = random.nextInt(100) < 8 ? library.anyPost(random) : null;
    FeedRecords.Person mention =
        random.nextInt(100) < 8 ? person(population.subject(random)) : null;
    Write write =
        Write.put(
            Collections.POST,
            key,
            FeedRecords.post(random, time, reply, quoted == null ? null : quoted.ref(), mention));
    StrongRef ref = ref(author, write);
    library.post(new Library.Post(ref, reply == null ? ref : reply.root(), author.index()));
    if (reply == null) {
      author.lastPost(ref);
    }
    return write;
  }

  private Write reaction(
      Kind kind, Account author, String key, String time, RandomGenerator random) {
    Library.Post subject = library.anyPost(random);
    if (subject == null) {
      return post(author, key, time, random);
    }
    StrongRef via = random.nextInt(12) == 0 ? library.anyRepost(random) : null;
    String collection = kind == Kind.LIKE ? Collections.LIKE : Collections.REPOST;
    Write write =
        Write.put(collection, key, FeedRecords.reaction(collection, time, subject.ref(), via));
    if (kind == Kind.REPOST) {
      library.repost(ref(author, write));
    }
    return write;
  }

  private Write edge(String collection, String key, String time, String subject) {
    return Write.put(collection, key, GraphRecords.edge(collection, time, subject));
  }

  private Write list(Account author, String key, String time, RandomGenerator random) {
    Write write = Write.put(Collections.LIST, key, GraphRecords.list(random, time));
    library.list(author.uri(write.path()));
    return write;
  }

  private List<Write> listitem(Account author, String key, String time, RandomGenerator random) {
    String own = author.repository().any(Collections.LIST, random);
    if (own != null) {
      return List.of(item(author, own, key, time, random));
    }
    Write list = list(author, key, time, random);
    return List.of(list, item(author, list.path(), key, time, random));
  }

  private Write item(
      Account author, String listPath, String key, String time, RandomGenerator random) {
    return Write.put(
        Collections.LISTITEM,
        key,
        GraphRecords.listitem(time, author.uri(listPath), other(author, random)));
  }

  private List<Write> starterpack(Account author, String key, String time, RandomGenerator random) {
    Write list = list(author, key, time, random);
    return List.of(
        list,
        item(author, list.path(), key, time, random),
        item(author, list.path(), key(author, clock.getAsLong()), time, random),
        Write.put(
            Collections.STARTERPACK,
            key,
            GraphRecords.starterpack(
                random, time, author.uri(list.path()), library.anyGenerator(random))));
  }

  private List<Write> gate(
      Kind kind, Account author, String key, String time, RandomGenerator random) {
    String path = author.repository().any(Collections.POST, random);
    if (path == null) {
      Write post = post(author, key, time, random);
      return List.of(post, gateOf(kind, author, post.path(), time, random));
    }
    return List.of(gateOf(kind, author, path, time, random));
  }

  private Write gateOf(
      Kind kind, Account author, String postPath, String time, RandomGenerator random) {
    String rkey = postPath.substring(Collections.POST.length() + 1);
    String uri = author.uri(postPath);
    if (kind == Kind.THREADGATE) {
      return Write.put(
          Collections.THREADGATE,
          rkey,
          FeedRecords.threadgate(
              random, time, uri, random.nextInt(4) == 0 ? library.anyList(random) : null));
    }
    Library.Post detached = random.nextBoolean() ? library.anyPost(random) : null;
    return Write.put(
        Collections.POSTGATE,
        rkey,
        FeedRecords.postgate(random, time, uri, detached == null ? null : detached.ref().uri()));
  }

  private Write generator(Account author, String time, RandomGenerator random) {
    String rkey = "feed-" + random.nextInt(10);
    Write write =
        Write.put(
            Collections.GENERATOR,
            rkey,
            FeedRecords.generator(random, time, "did:web:feeds.mill.example"));
    library.generator(author.uri(write.path()));
    return write;
  }

  /** The same reaction or edge once more, made now. */
  Write again(Account author, String path, Map<String, Object> record) {
    long now = clock.getAsLong();
    record.put("createdAt", Timeline.text(now));
    return Write.put(path.substring(0, path.indexOf('/')), key(author, now), record);
  }

  private String other(Account author, RandomGenerator random) {
    return other(author, population, random).did().value();
  }

  /** Anybody but the author, if there is anybody else. */
  private static Account other(Account author, Population population, RandomGenerator random) {
    Account subject = population.subject(random);
    return population.from(subject.index(), account -> account != author);
  }

  private static FeedRecords.Person person(Account account) {
    return new FeedRecords.Person(account.did().value(), account.handle());
  }

  private static StrongRef ref(Account author, Write write) {
    Cid cid = write.requireCid();
    return new StrongRef(author.uri(write.path()), cid);
  }
}
