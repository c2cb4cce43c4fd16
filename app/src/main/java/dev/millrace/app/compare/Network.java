package dev.millrace.app.compare;

import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** The network's side of a comparison. */
public interface Network {
  /**
   * Gives every account, one at a time.
   *
   * @throws IOException if a host does not answer as it should
   */
  void forEachAccount(Consumer<AccountView> visitor) throws IOException;

  /** The labels in force, or nothing where this network has no word on labels. */
  Optional<Set<LabelKey>> labels();

  /** Whether these are all accounts there are, so that rows of others are wrong. */
  boolean isWhole();
}
