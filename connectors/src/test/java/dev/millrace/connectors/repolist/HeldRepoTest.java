package dev.millrace.connectors.repolist;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.schema.event.RepoListing;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HeldRepoTest {
  private static final HeldRepo WHOLE = new HeldRepo("3b", "3a", true, null);

  private static RepoListing listed(@Nullable String rev, @Nullable String status) {
    return new RepoListing("did:plc:a", "relay", rev, status, status == null);
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        // rev, covered, listed rev
        "3b, 3a, 3b, EQUAL",
        "3a, 3b, 3b, EQUAL",
        "3b, 3a, 3c, BEHIND",
        "3b, 3a, 3a, AHEAD",
        "3b, 3a, -, EQUAL",
        "3b, -, 3b, NOT_WHOLE",
        "-, 3b, 3b, EQUAL",
        "-, -, 3b, NOT_WHOLE",
      })
  void shouldCompareRevs(
      @Nullable String rev,
      @Nullable String covered,
      @Nullable String listedRev,
      Difference expected) {
    assertThat(new HeldRepo(rev, covered, true, null).from(listed(listedRev, null), true))
        .isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        // held, listed
        "-, -, EQUAL",
        "-, takendown, STATUS",
        "takendown, -, STATUS",
        "takendown, takendown, EQUAL",
        "takendown, suspended, STATUS",
        "deactivated, deleted, STATUS",
        "deleted, deactivated, STATUS",
        "deleted, deleted, EQUAL",
        "-, desynchronized, EQUAL",
        "-, throttled, EQUAL",
        "deactivated, desynchronized, EQUAL",
        "desynchronized, -, EQUAL",
      })
  void shouldCompareStatuses(@Nullable String held, @Nullable String listed, Difference expected) {
    assertThat(new HeldRepo("3b", "3b", held == null, held).from(listed("3b", listed), true))
        .isEqualTo(expected);
  }

  @Test
  void shouldKnowWhatIsNotHeld() {
    HeldRepo nothing = new HeldRepo(null, null, null, null);
    assertThat(nothing.from(listed("3b", null), true)).isEqualTo(Difference.NOT_HELD);
    assertThat(nothing.from(listed("3b", "takendown"), true)).isEqualTo(Difference.NOT_HELD);
  }

  @Test
  void shouldAskForNoWholeRepoWhereOnlySomeCollectionsAreKept() {
    HeldRepo partial = new HeldRepo("3b", null, null, null);
    assertThat(partial.from(listed("3b", null), false)).isEqualTo(Difference.EQUAL);
    assertThat(partial.from(listed("3c", null), false)).isEqualTo(Difference.BEHIND);
  }

  @Test
  void shouldLookAtTheRevWhateverARelaySaysOfItself() {
    assertThat(WHOLE.from(listed("3c", "desynchronized"), true)).isEqualTo(Difference.BEHIND);
  }
}
