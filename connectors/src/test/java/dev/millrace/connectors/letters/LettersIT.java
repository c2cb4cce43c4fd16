package dev.millrace.connectors.letters;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.connectors.kafka.Batch;
import dev.millrace.connectors.kafka.Cluster;
import dev.millrace.connectors.kafka.OneTransaction;
import dev.millrace.schema.event.DeadLetter;
import dev.millrace.schema.event.EventCodec;
import dev.millrace.schema.event.RepoRequest;
import dev.millrace.schema.topic.Topic;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Dead letters as an operator works them off. */
class LettersIT {
  private static final String ALICE = "did:plc:alice";
  private static final String BOB = "did:plc:bob";
  private static final Clock NOW =
      Clock.fixed(Instant.parse("2026-11-23T00:00:00Z"), ZoneOffset.UTC);
  private static final LetterFilter ALL = new LetterFilter(Set.of(), Set.of(), Set.of(), Set.of());

  private final Cluster cluster = Cluster.start();
  private final Letters letters = new Letters(cluster.connection(), NOW);

  @AfterEach
  void stop() {
    cluster.close();
  }

  private void write(DeadLetter... set) {
    Batch batch = new Batch();
    for (DeadLetter letter : set) {
      batch.add(letter);
    }
    OneTransaction.write(cluster.connection(), "test", batch);
  }

  private static DeadLetter letter(String reason, String did, String host) {
    return DeadLetter.of(reason, reason.getBytes(StandardCharsets.UTF_8)).did(did).host(host);
  }

  private List<OpenLetter> open(LetterFilter filter) {
    List<OpenLetter> open = new ArrayList<>();
    letters.read(filter, open::add);
    return open;
  }

  private List<String> reasons(LetterFilter filter) {
    return open(filter).stream().map(open -> open.letter().reason()).sorted().toList();
  }

  @Test
  void shouldFindLettersByReasonHostAndDid() {
    write(
        letter("http-500", ALICE, "a.example"),
        letter("cut-body", ALICE, "b.example"),
        letter("cut-body", BOB, "b.example"));

    assertThat(reasons(ALL)).containsExactly("cut-body", "cut-body", "http-500");
    assertThat(reasons(new LetterFilter(Set.of(), Set.of("cut-body"), Set.of(), Set.of(ALICE))))
        .containsExactly("cut-body");
    assertThat(reasons(new LetterFilter(Set.of(), Set.of(), Set.of("a.example"), Set.of())))
        .containsExactly("http-500");
    LetterId id = open(ALL).getFirst().id();
    assertThat(open(new LetterFilter(Set.of(id), Set.of(), Set.of(), Set.of()))).hasSize(1);
  }

  @Test
  void shouldAskOnceForEachRepoThatLettersAreAboutAndSettleThem() {
    write(
        letter("http-500", ALICE, "a.example"),
        letter("cut-body", ALICE, "b.example"),
        DeadLetter.of("listing", null).host("relay.example"),
        letter("signature", "did:plc:labeler", "labeler.example").ofLabels());

    assertThat(letters.retry(ALL)).isEqualTo(new Letters.Retried(2, 1, 2));

    assertThat(cluster.records(Topic.REPO_REQUESTS))
        .singleElement()
        .satisfies(
            request -> {
              RepoRequest asked = EventCodec.decodeRequest(request.value());
              assertThat(asked.did()).isEqualTo(ALICE);
              assertThat(asked.reason()).isEqualTo("dead-letter");
            });
    assertThat(reasons(ALL)).containsExactly("listing", "signature");
    assertThat(letters.retry(ALL)).isEqualTo(new Letters.Retried(0, 0, 2));
  }

  @Test
  void shouldDropWhatNobodyWantsAndShowWhatComesAfter() {
    write(letter("cut-body", ALICE, "a.example"), letter("http-500", BOB, "a.example"));

    assertThat(letters.drop(new LetterFilter(Set.of(), Set.of("cut-body"), Set.of(), Set.of())))
        .isEqualTo(1);
    write(letter("cut-body", ALICE, "a.example"));

    assertThat(reasons(ALL)).containsExactly("cut-body", "http-500");
    assertThat(cluster.records(Topic.REPO_REQUESTS)).isEmpty();
  }
}
