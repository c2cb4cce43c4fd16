package dev.millrace.simulator.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.atproto.cbor.CborToJson;
import dev.millrace.atproto.cbor.DagCbor;
import dev.millrace.atproto.cid.Cid;
import dev.millrace.atproto.lexicon.RecordValidator;
import dev.millrace.atproto.repo.CommitClaim;
import dev.millrace.atproto.repo.CommitLimits;
import dev.millrace.atproto.repo.CommitProof;
import dev.millrace.atproto.stream.CommitMessage;
import dev.millrace.atproto.stream.FrameDecoder;
import dev.millrace.atproto.stream.Label;
import dev.millrace.atproto.stream.LabelSignature;
import dev.millrace.atproto.stream.LabelsMessage;
import dev.millrace.atproto.stream.StreamMessage;
import dev.millrace.atproto.stream.SyncMessage;
import dev.millrace.atproto.syntax.AtUri;
import dev.millrace.simulator.event.EventLog;
import dev.millrace.simulator.record.Collections;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class WorldTest {
  @Test
  void shouldBeTheSameForTheSameSeed() {
    World one = Worlds.create(1);
    World two = Worlds.create(1);
    one.step(200);
    two.step(200);

    assertThat(two.truth().hash()).isEqualTo(one.truth().hash());
    for (int i = 0; i < 2; i++) {
      assertThat(frames(two.streams().relays().get(i)))
          .containsExactlyElementsOf(frames(one.streams().relays().get(i)));
    }
    assertThat(frames(two.streams().labelers().getFirst()))
        .containsExactlyElementsOf(frames(one.streams().labelers().getFirst()));
    assertThat(Worlds.create(2).truth().hash()).isNotEqualTo(Worlds.create(1).truth().hash());
  }

  @Test
  void shouldTakeTheSameStepsAgain() {
    World uninterrupted = Worlds.create(3);
    uninterrupted.step(150);
    World again = World.create(Worlds.options(3, 30), 100, step -> {});
    assertThat(again.steps()).isEqualTo(100);
    again.step(50);

    assertThat(again.truth().hash()).isEqualTo(uninterrupted.truth().hash());
    assertThat(frames(again.streams().relays().getFirst()))
        .containsExactlyElementsOf(frames(uninterrupted.streams().relays().getFirst()));
  }

  @Test
  void shouldSayEachStepBeforeItIsTaken() {
    List<String> order = new ArrayList<>();
    World[] world = new World[1];
    world[0] =
        World.create(
            Worlds.options(4, 10),
            0,
            step -> order.add(step + " of " + world[0].streams().relays().getFirst().lastSeq()));
    long before = world[0].streams().relays().getFirst().lastSeq();
    world[0].step();

    assertThat(order).containsExactly("1 of " + before);
  }

  @Test
  void shouldTakeNoStepWhoseMomentHasNotCome() {
    WorldOptions soon =
        new WorldOptions(
            1,
            5,
            1,
            -1,
            1,
            0,
            2,
            0,
            10,
            Duration.ofDays(1),
            100,
            Instant.now().plusSeconds(60),
            Duration.ofMillis(1),
            Set.of());
    World world = World.create(soon, 0, step -> {});

    assertThat(world.tryStep()).isFalse();
    assertThatThrownBy(world::step)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("future");
    assertThat(world.steps()).isZero();
  }

  @Test
  void shouldHaveRecordsOfEveryCollectionAndEventsOfEveryType() throws Exception {
    World world = Worlds.create(5);
    Set<String> collections = new TreeSet<>();
    world
        .truth()
        .forEachRepo(
            repo ->
                repo.forEachRecord(
                    (collection, rkey, cid, block) -> {
                      collections.add(collection);
                      assertThat(DagCbor.decode(block)).isInstanceOf(Map.class);
                    }));
    Set<String> expected = new TreeSet<>();
    for (var field : Collections.class.getDeclaredFields()) {
      expected.add((String) field.get(null));
    }
    assertThat(collections).containsAll(expected);

    Set<String> events = new HashSet<>();
    Set<String> operations = new HashSet<>();
    for (StreamMessage message : messages(world.streams().relays().getFirst())) {
      events.add(message.getClass().getSimpleName());
      if (message instanceof CommitMessage commit) {
        commit.ops().forEach(op -> operations.add(op.action().toString()));
        if (commit.ops().isEmpty()) {
          operations.add("empty");
        }
      }
    }
    assertThat(events)
        .containsExactlyInAnyOrder(
            "CommitMessage", "SyncMessage", "IdentityMessage", "AccountMessage");
    assertThat(operations).contains("create", "update", "delete", "empty");
  }

  /** What the indexer would refuse says nothing of it. */
  @Test
  void shouldWriteRecordsThatTheirLexiconsLetPass() {
    World world = Worlds.create(7);
    world.step(1_000);
    List<String> refused = new ArrayList<>();
    world
        .truth()
        .forEachRepo(
            repo ->
                repo.forEachRecord(
                    (collection, rkey, cid, block) ->
                        RecordValidator.bundled()
                            .check(collection, json(block))
                            .ifPresent(
                                problem -> refused.add(collection + ": " + problem.getMessage()))));
    assertThat(refused).isEmpty();
  }

  private static JsonNode json(byte[] block) {
    try {
      return new ObjectMapper().readTree(new CborToJson().convert(block));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** In a strong reference the CID is a text, as the lexicon has it, and no link. */
  @Test
  void shouldReferToRecordsThatAreThere() {
    World world = Worlds.create(10);
    int[] found = {0};
    world
        .truth()
        .forEachRepo(
            repo ->
                repo.forEachRecord(
                    (collection, rkey, cid, block) -> {
                      if (collection.equals(Collections.LIKE)
                          && DagCbor.decode(block) instanceof Map<?, ?> like
                          && like.get("subject") instanceof Map<?, ?> subject) {
                        assertThat(subject.get("cid")).isInstanceOf(String.class);
                        found[0] += isThere(world, subject) ? 1 : 0;
                      }
                    }));
    assertThat(found[0]).isGreaterThan(100);
  }

  private static boolean isThere(World world, Map<?, ?> subject) {
    AtUri uri = AtUri.parse(String.valueOf(subject.get("uri")));
    String path = Collections.POST + "/" + uri.recordKey();
    byte[] block =
        world.account(
            uri.authority().toString(), account -> account.records(Collections.POST).get(path));
    return block != null && Cid.dagCbor(block).toString().equals(subject.get("cid"));
  }

  @Test
  void shouldProveEveryCommitAndConnectItToTheOneBefore() {
    World world = Worlds.create(6);
    world.step(1_000);
    Map<String, CommitMessage> before = new HashMap<>();
    Set<String> reset = new HashSet<>();
    int connected = 0;
    for (StreamMessage message : messages(world.streams().relays().get(1))) {
      if (message instanceof SyncMessage sync) {
        reset.add(sync.did().value());
      }
      if (message instanceof CommitMessage commit) {
        CommitProof proof =
            CommitProof.verify(
                new CommitClaim(
                    commit.repo(), commit.rev(), commit.commit(), commit.prevData(), commit.ops()),
                commit.blocks(),
                CommitLimits.DEFAULT,
                Instant.now());
        assertThat(proof.inverted()).isTrue();
        CommitMessage last = before.put(commit.repo().value(), commit);
        if (last != null && !reset.remove(commit.repo().value())) {
          assertThat(commit.since()).isEqualTo(last.rev().value());
          assertThat(commit.rev()).isGreaterThan(last.rev());
          connected++;
        }
      }
    }
    assertThat(connected).isGreaterThan(500);
  }

  @Test
  void shouldSignEveryLabelAndKnowWhichAreInForce() {
    World world = Worlds.create(7);
    world.step(500);
    Map<String, Label> inForce = new HashMap<>();
    String lastCts = "";
    int negations = 0;
    for (StreamMessage message : messages(world.streams().labelers().getFirst())) {
      for (Label label : ((LabelsMessage) message).labels()) {
        Account labeler = world.accounts().getFirst();
        assertThat(labeler.labelKey()).isNotNull();
        assertThat(LabelSignature.verify(label, labeler.labelKey().publicKey())).isTrue();
        assertThat(label.cts()).isGreaterThan(lastCts);
        lastCts = label.cts();
        String subject = label.uri() + " " + label.val() + " ";
        if (!label.neg()) {
          inForce.put(subject + label.cid(), label);
        } else {
          negations++;
          inForce
              .keySet()
              .removeIf(
                  key ->
                      label.cid() == null
                          ? key.startsWith(subject)
                          : key.equals(subject + label.cid()));
        }
      }
    }
    assertThat(negations).isPositive();
    assertThat(world.truth().labels())
        .extracting(label -> label.uri() + " " + label.val() + " " + label.cid())
        .containsExactlyInAnyOrderElementsOf(inForce.keySet());
  }

  @Test
  void shouldTellBothRelaysTheSameInTheOrderOfEachAccount() {
    World world = Worlds.create(8);
    List<String> first = new ArrayList<>();
    Map<String, List<String>> byAccount = new HashMap<>();
    Map<String, List<String>> byAccountThere = new HashMap<>();
    for (EventLog.Entry entry : world.streams().relays().getFirst().read(0, 100_000)) {
      first.add(entry.event().did());
      byAccount
          .computeIfAbsent(entry.event().did(), d -> new ArrayList<>())
          .add(entry.event().message(0).toString().replaceAll("\\[B@\\w+", ""));
    }
    List<String> second = new ArrayList<>();
    for (EventLog.Entry entry : world.streams().relays().get(1).read(0, 100_000)) {
      second.add(entry.event().did());
      byAccountThere
          .computeIfAbsent(entry.event().did(), d -> new ArrayList<>())
          .add(entry.event().message(0).toString().replaceAll("\\[B@\\w+", ""));
    }
    assertThat(second).hasSameSizeAs(first).isNotEqualTo(first);
    assertThat(byAccountThere).isEqualTo(byAccount);
  }

  @Test
  void shouldLeaveOutWhatIsNotWanted() {
    WorldOptions o = Worlds.options(9, 30);
    World world =
        World.create(
            new WorldOptions(
                o.seed(),
                o.repos(),
                3,
                -1,
                1,
                0,
                5,
                500,
                400,
                Duration.ofDays(1),
                10_000,
                o.start(),
                o.interval(),
                Set.of(Action.SYNC, Action.RESET, Action.STATUS, Action.MIGRATE)),
            0,
            step -> {});
    assertThat(messages(world.streams().relays().getFirst()))
        .noneMatch(message -> message instanceof SyncMessage);
    int[] largest = {0};
    world.truth().forEachRepo(repo -> largest[0] = Math.max(largest[0], repo.recordCount()));
    assertThat(largest[0]).isGreaterThanOrEqualTo(490);
    assertThat(world.truth().labels()).isEmpty();
  }

  private static List<StreamMessage> messages(EventLog log) {
    return log.read(0, 1_000_000).stream().map(e -> FrameDecoder.decode(e.frame())).toList();
  }

  private static List<byte[]> frames(EventLog log) {
    return log.read(0, 1_000_000).stream().map(EventLog.Entry::frame).toList();
  }
}
