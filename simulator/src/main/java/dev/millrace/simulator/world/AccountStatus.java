package dev.millrace.simulator.world;

import java.util.Locale;

/** What a host says of an account. */
public enum AccountStatus {
  ACTIVE,
  DEACTIVATED,
  SUSPENDED,
  TAKENDOWN,
  DELETED;

  /** The word of the protocol; an active account has none there. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
