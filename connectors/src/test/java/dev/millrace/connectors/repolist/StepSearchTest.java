package dev.millrace.connectors.repolist;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.function.LongPredicate;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StepSearchTest {
  private static final long END = 1_000_000;

  private long asked;

  /** Asks as a host whose pages of one pass at these offsets. */
  private StepSearch run(boolean isDense, LongPredicate passes, LongPredicate isEmpty) {
    StepSearch search = new StepSearch(isDense);
    while (search.state() == StepSearch.State.ASKING) {
      asked++;
      assertThat(asked).as("calls").isLessThan(1_100);
      if (passes.test(search.offset())) {
        search.passed(isEmpty.test(search.offset()));
      } else {
        search.failed();
      }
    }
    return search;
  }

  private StepSearch dense(LongPredicate passes) {
    return run(true, passes, offset -> offset > END);
  }

  @Test
  void shouldStepOverOneAndAskTheCursorTwiceMore() {
    StepSearch search = dense(offset -> offset > 0);
    assertThat(search.state()).isEqualTo(StepSearch.State.FOUND);
    assertThat(search.found()).isEqualTo(1);
    assertThat(asked).isEqualTo(3);
  }

  @ParameterizedTest
  @ValueSource(longs = {2, 3, 7, 8, 9, 64, 100, 999})
  void shouldStepOverNoMoreThanARun(long run) {
    assertThat(dense(offset -> offset >= run).found()).isEqualTo(run);
  }

  @Test
  void shouldFindTheFirstGapBetweenSeveralRuns() {
    Set<Long> good = LongStream.of(5, 6, 8, 64).boxed().collect(Collectors.toSet());
    assertThat(dense(offset -> good.contains(offset) || offset > 64).found()).isEqualTo(5);
  }

  @ParameterizedTest
  @ValueSource(longs = {1_001, 4_096, 5_000, 123_456})
  void shouldFindTheEndOfALongHoleByHalves(long hole) {
    assertThat(dense(offset -> offset >= hole).found()).isEqualTo(hole);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 1_000, 86_400_000, 31_536_000_000L})
  void shouldFindTheMillisecondOfTheNextAccount(long millis) {
    StepSearch search = run(false, offset -> offset >= millis, offset -> false);
    assertThat(search.found()).isEqualTo(millis);
    assertThat(asked).isLessThan(60);
  }

  @Test
  void shouldFindNothingWhereNothingPasses() {
    assertThat(dense(offset -> false).state()).isEqualTo(StepSearch.State.NOTHING);
    assertThat(asked).isLessThan(20);
  }

  @Test
  void shouldNotTakeAnEmptyPageFarAwayForTheEnd() {
    assertThat(run(true, offset -> offset > 2_000, offset -> true).state())
        .isEqualTo(StepSearch.State.NOTHING);
  }

  @Test
  void shouldStepOverTheLastAccountOfAList() {
    assertThat(run(true, offset -> offset >= 3, offset -> true).found()).isEqualTo(3);
  }

  @Test
  void shouldStepOverNothingWhenTheCursorPassesAgain() {
    long[] calls = {0};
    StepSearch search = dense(offset -> offset > 0 || ++calls[0] == 2);
    assertThat(search.state()).isEqualTo(StepSearch.State.HEALED);
  }
}
