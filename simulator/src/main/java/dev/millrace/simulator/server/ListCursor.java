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
      case TIME_AND_DID ->
          account.identities().getFirst().micros() / 1_000 + "::" + account.did().value();
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
      case TIME_AND_DID -> {
        int separator = cursor.indexOf("::");
        Integer index =
            separator < 0 ? null : world.account(cursor.substring(separator + 2), Account::index);
        if (index == null) {
          throw XrpcError.invalid("Malformed cursor");
        }
        yield index + 1;
      }
    };
  }
}
