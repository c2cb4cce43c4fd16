package dev.millrace.simulator.server;

import dev.millrace.simulator.world.Account;
import dev.millrace.simulator.world.AccountStatus;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Which accounts a host knows, and as what: a relay all of them, a PDS its own, and those that
 * moved away as deactivated.
 *
 * @param pds the index of the PDS; a relay has {@link #RELAY}
 */
record View(int pds) {
  static final int RELAY = -1;

  boolean isRelay() {
    return pds == RELAY;
  }

  boolean knows(Account account) {
    return account.status() != AccountStatus.DELETED
        && (isRelay() || account.pds() == pds || account.livedOn(pds));
  }

  AccountStatus status(Account account) {
    boolean away = !isRelay() && account.pds() != pds;
    return away ? AccountStatus.DEACTIVATED : account.status();
  }

  /** {@code active} and, if it is not, {@code status}. */
  Map<String, Object> standing(Account account) {
    AccountStatus status = status(account);
    Map<String, Object> standing = new LinkedHashMap<>();
    standing.put("active", status == AccountStatus.ACTIVE);
    if (status != AccountStatus.ACTIVE) {
      standing.put("status", status.text());
    }
    return standing;
  }

  /** Throws what a PDS says of an account whose repo it does not give. */
  void requireAvailable(Account account) {
    String did = account.did().value();
    switch (status(account)) {
      case ACTIVE -> {}
      case DEACTIVATED ->
          throw new XrpcError(400, "RepoDeactivated", "Repo has been deactivated: " + did);
      case TAKENDOWN ->
          throw new XrpcError(400, "RepoTakendown", "Repo has been takendown: " + did);
      case SUSPENDED ->
          throw new XrpcError(400, "RepoSuspended", "Repo has been suspended: " + did);
      case DELETED -> throw notFound(did);
    }
  }

  static XrpcError notFound(String did) {
    return new XrpcError(400, "RepoNotFound", "Could not find repo for DID: " + did);
  }
}
