package dev.millrace.simulator.server;

import dev.millrace.simulator.world.Account;
import dev.millrace.simulator.world.World;

/** How a host writes the place in its list of repos: for its readers it means nothing. */
enum ListCursor {
  /** The number of the account, as one kind of relay does. */
  NUMBER,
  /** A time and a DID, as PDSes do: {@code 1700000000000::did:plc:…}. */
  TIME_AND_DID;

  /** The cursor of the page after an account. */
  String after(Account account) {
    return switch (this) {
      case NUMBER -> Integer.toString(account.index() + 1);
      case TIME_AND_DID -> millis(account) + "::" + account.did().value();
    };
  }

  /** The index of the first account after a cursor. */
  int next(String cursor, World world) {
    return switch (this) {
      case NUMBER -> {
        try {
          yield Math.max(0, Integer.parseInt(cursor));
        } catch (NumberFormatException e) {
          throw XrpcError.invalid("Malformed cursor");
        }
      }
      case TIME_AND_DID -> nextInTime(cursor, world);
    };
  }

  /** Accounts come in the order of their times, and those of one time in that of their birth. */
  private static int nextInTime(String cursor, World world) {
    String[] parts = cursor.split("::", -1);
    if (parts.length != 2 || parts[1].isEmpty()) {
      throw XrpcError.invalid("Malformed cursor");
    }
    Integer index = world.account(parts[1], Account::index);
    if (index != null) {
      return index + 1;
    }
    long time;
    try {
      time = Long.parseLong(parts[0]);
    } catch (NumberFormatException e) {
      throw XrpcError.invalid("Malformed cursor");
    }
    return (int) world.accounts().stream().takeWhile(account -> millis(account) <= time).count();
  }

  private static long millis(Account account) {
    return account.identities().getFirst().micros() / 1_000;
  }
}
