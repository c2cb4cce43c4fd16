package dev.millrace.topology.backfiller.pending;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.schema.event.RepoListing;
import dev.millrace.schema.event.RepoRequest;
import dev.millrace.schema.event.Scope;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class PendingRepoTest {
  private static final String DID = "did:plc:aaaaaaaaaaaaaaaaaaaaaaaa";
  private static final Scope LIKES = Scope.ofCollections(List.of("app.bsky.feed.like"));
  private static final Scope POSTS = Scope.ofCollections(List.of("app.bsky.feed.post"));

  @Test
  void shouldKeepEveryFieldThroughTheStore() {
    PendingRepo full =
        new PendingRepo(
            new Wish(
                DID, Lane.REQUEST, "gap", LIKES, "3l2aaaaaaaa22", "takendown", Question.DELETION),
            3,
            4,
            5,
            6,
            "http-502",
            "pds.example:8443",
            7);
    PendingRepo empty = PendingRepo.of(listing("3l2aaaaaaaa22", null, true), 9);
    PendingRepo urgent =
        PendingRepo.of(
            new Wish(DID, Lane.URGENT, "operator", Scope.FULL, null, null, Question.NONE), 9);

    assertThat(PendingRepoSerde.decode(PendingRepoSerde.encode(full))).isEqualTo(full);
    assertThat(PendingRepoSerde.decode(PendingRepoSerde.encode(empty))).isEqualTo(empty);
    assertThat(PendingRepoSerde.decode(PendingRepoSerde.encode(urgent))).isEqualTo(urgent);
  }

  @Test
  void shouldReadWhatAnEarlierVersionWrote() {
    // version 1: a request for DID "d", reason "gap", the whole repo, no rev, no status
    byte[] old =
        HexFormat.of()
            .parseHex(
                "01"
                    + "00"
                    + "000164"
                    + "0003676170"
                    + "01"
                    + "0000"
                    + "00"
                    + "00"
                    + "0000000000000003"
                    + "00000004"
                    + "0000000000000005"
                    + "0000000000000006"
                    + "00"
                    + "00");

    assertThat(PendingRepoSerde.decode(old))
        .isEqualTo(
            new PendingRepo(
                new Wish("d", Lane.REQUEST, "gap", Scope.FULL, null, null, Question.NONE),
                3,
                4,
                5,
                6,
                null,
                null,
                0));
  }

  @Test
  void shouldKeepThatADeletionIsToBeConfirmedWhateverElseIsWished() {
    PendingRepo entry = PendingRepo.of(request("deletion", Scope.FULL), 0);

    PendingRepo merged =
        entry
            .merge(request("user", Scope.FULL))
            .merge(request("status", Scope.FULL))
            .merge(listing(null, null, true));
    assertThat(merged.wish().reason()).isEqualTo("user");
    assertThat(merged.wish().question()).isEqualTo(Question.DELETION);
    assertThat(PendingRepo.of(listing(null, null, true), 0).merge(merged.wish()).wish().question())
        .isEqualTo(Question.DELETION);
  }

  @Test
  void shouldForgetTheRevThatWasWantedOfADeletedAccount() {
    PendingRepo known =
        PendingRepo.of(
            new Wish(DID, Lane.REQUEST, "gap", Scope.FULL, "3l2zzzzzzzz22", null, Question.NONE),
            1);
    PendingRepo merged =
        known.merge(
            new Wish(DID, Lane.REQUEST, "deletion", Scope.FULL, null, null, Question.DELETION));
    assertThat(merged.wantsNewerThan("3l2aaaaaaaa22")).isFalse();
  }

  @Test
  void shouldStopOnACorruptEntry() {
    byte[] bytes = PendingRepoSerde.encode(PendingRepo.of(listing(null, null, true), 9));
    byte[] cut = java.util.Arrays.copyOf(bytes, bytes.length - 3);
    byte[] newer = bytes.clone();
    newer[0] = 9;

    assertThatThrownBy(() -> PendingRepoSerde.decode(cut)).hasMessageContaining("too early");
    assertThatThrownBy(() -> PendingRepoSerde.decode(newer)).hasMessageContaining("version 9");
  }

  @Test
  void shouldStartANewEpochForARequestAndNotForAListing() {
    PendingRepo entry = PendingRepo.of(listing(null, null, true), 0);

    assertThat(entry.merge(listing("3l2aaaaaaaa22", null, true)).epoch()).isZero();
    assertThat(entry.merge(request("gap", Scope.FULL)).epoch()).isEqualTo(1);
  }

  @Test
  void shouldKeepTheLaterRevAndTheWiderScope() {
    PendingRepo entry = PendingRepo.of(request("gap", LIKES), 0);

    assertThat(entry.merge(request("gap", POSTS)).wish().scope().collections())
        .containsExactly("app.bsky.feed.like", "app.bsky.feed.post");
    assertThat(entry.merge(listing("3l2b", null, true)).wish().scope()).isEqualTo(Scope.FULL);
    PendingRepo later = PendingRepo.of(listing("3l2b", null, true), 0);
    assertThat(later.merge(listing("3l2a", null, true)).wish().rev()).isEqualTo("3l2b");
    assertThat(later.wantsNewerThan("3l2a")).isTrue();
    assertThat(later.wantsNewerThan("3l2b")).isFalse();
  }

  @Test
  void shouldForgetFailuresForAPersonAndNotForAMachine() {
    PendingRepo parked =
        PendingRepo.of(listing(null, null, true), 0).failed("http-502", "pds.example", 99);

    PendingRepo byMachine = parked.merge(request("bad-data", Scope.FULL));
    assertThat(byMachine.attempt()).isEqualTo(1);
    assertThat(byMachine.notBefore()).isEqualTo(99);
    PendingRepo byUser = parked.merge(request("user", Scope.FULL));
    assertThat(byUser.attempt()).isZero();
    assertThat(byUser.notBefore()).isZero();
  }

  @Test
  void shouldTakeAListedStatusAlongAndDropItWhenListedAsActiveAgain() {
    PendingRepo entry = PendingRepo.of(listing(null, "deleted", false), 0);

    assertThat(entry.wish().status()).isEqualTo("deleted");
    assertThat(entry.merge(request("gap", Scope.FULL)).wish().status()).isEqualTo("deleted");
    assertThat(entry.merge(listing(null, null, true)).wish().status()).isNull();
  }

  private static Wish listing(@Nullable String rev, @Nullable String status, boolean active) {
    return Wish.of(new RepoListing(DID, "relay.example", rev, status, active));
  }

  private static Wish request(String reason, Scope scope) {
    return Wish.of(new RepoRequest(DID, reason, scope, null, null, "2026-01-01T00:00:00Z"));
  }
}
