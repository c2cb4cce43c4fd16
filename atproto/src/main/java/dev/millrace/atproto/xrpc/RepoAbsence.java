package dev.millrace.atproto.xrpc;

import org.jspecify.annotations.Nullable;

/** Why a PDS does not give out a repo, by the error names of {@code com.atproto.sync.getRepo}. */
public enum RepoAbsence {
  NOT_FOUND("RepoNotFound", null),
  DEACTIVATED("RepoDeactivated", "deactivated"),
  TAKENDOWN("RepoTakendown", "takendown"),
  SUSPENDED("RepoSuspended", "suspended");

  private final String error;
  private final @Nullable String accountStatus;

  RepoAbsence(String error, @Nullable String accountStatus) {
    this.error = error;
    this.accountStatus = accountStatus;
  }

  /** As an {@code #account} event would say it; null where the answer says nothing of a status. */
  public @Nullable String accountStatus() {
    return accountStatus;
  }

  static @Nullable RepoAbsence of(int status, @Nullable String error, String message) {
    if (error == null || status < 400 || status > 499) {
      return null;
    }
    for (RepoAbsence absence : values()) {
      if (absence.error.equals(error)) {
        return absence;
      }
    }
    // Hosts before the named errors, and some others still.
    return error.equals("InvalidRequest") && message.startsWith("Could not find repo")
        ? NOT_FOUND
        : null;
  }
}
