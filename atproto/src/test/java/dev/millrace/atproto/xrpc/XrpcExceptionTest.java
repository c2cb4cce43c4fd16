package dev.millrace.atproto.xrpc;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class XrpcExceptionTest {
  @ParameterizedTest
  @ValueSource(ints = {408, 425, 429, 500, 502, 503, 504, 520})
  void shouldTakeOverloadAndFailureAsPassing(int status) {
    assertThat(answer(status, null, "").passing()).isTrue();
    assertThat(answer(status, null, "").reason()).isEqualTo("http-" + status);
  }

  @ParameterizedTest
  @ValueSource(ints = {301, 400, 401, 403, 404, 410, 451})
  void shouldTakeRefusalsAsFinal(int status) {
    assertThat(answer(status, null, "").passing()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "RepoNotFound,,NOT_FOUND,repo-not-found",
    "RepoDeactivated,deactivated,DEACTIVATED,repo-deactivated",
    "RepoTakendown,takendown,TAKENDOWN,repo-takendown",
    "RepoSuspended,suspended,SUSPENDED,repo-suspended"
  })
  void shouldSayWhyARepoIsAbsent(
      String error, @Nullable String accountStatus, RepoAbsence absence, String reason) {
    XrpcException e = answer(400, error, "no");
    assertThat(e.repoAbsence()).isEqualTo(absence);
    assertThat(absence.accountStatus()).isEqualTo(accountStatus);
    assertThat(e.reason()).isEqualTo(reason);
    assertThat(e.passing()).isFalse();
  }

  @Test
  void shouldKnowTheOldWordingOfAMissingRepo() {
    assertThat(answer(400, "InvalidRequest", "Could not find repo for DID: x").repoAbsence())
        .isEqualTo(RepoAbsence.NOT_FOUND);
    assertThat(answer(400, "InvalidRequest", "Params must have did").repoAbsence()).isNull();
  }

  @Test
  void shouldNotBelieveAFailingHostThatARepoIsAbsent() {
    XrpcException e = answer(500, "RepoNotFound", "oops");
    assertThat(e.repoAbsence()).isNull();
    assertThat(e.passing()).isTrue();
  }

  private static XrpcException answer(int status, @Nullable String error, String message) {
    return new XrpcException(status, error, message, null, "");
  }
}
