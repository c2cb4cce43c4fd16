package dev.millrace.connectors.trim;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/** The rule of trimming. The log begins at 10, its window at 50. */
class TrimPlanTest {
  private static final TopicPartition LIVE = new TopicPartition("live", 0);

  private static TrimPlan plan(long start, long window, Reader... readers) {
    return TrimPlan.of(Map.of(LIVE, start), Map.of(LIVE, window), List.of(readers));
  }

  private static Reader at(String name, long position) {
    return new Reader(name, Set.of("live"), Map.of(LIVE, position));
  }

  @Test
  void shouldDeleteUpToTheWindowWhereEverybodyIsInIt() {
    TrimPlan plan = plan(10, 50, at("a", 60), at("b", 50));

    assertThat(plan.deletions()).containsExactly(Map.entry(LIVE, 50L));
    assertThat(plan.held()).isEmpty();
  }

  @Test
  void shouldDeleteNothingThatTheSlowestHasNotRead() {
    TrimPlan plan = plan(10, 50, at("a", 60), at("b", 20), at("c", 30));

    assertThat(plan.deletions()).containsExactly(Map.entry(LIVE, 20L));
    assertThat(plan.held())
        .containsExactlyInAnyOrder(
            new TrimPlan.Held(LIVE, "b", OptionalLong.of(20), 30),
            new TrimPlan.Held(LIVE, "c", OptionalLong.of(30), 20));
  }

  @Test
  void shouldDeleteNothingWhileAReaderHasNoPosition() {
    TrimPlan plan =
        plan(10, 50, at("a", 60), new Reader("new", Set.of("live"), Map.of()), at("b", 55));

    assertThat(plan.deletions()).isEmpty();
    assertThat(plan.held())
        .containsExactly(new TrimPlan.Held(LIVE, "new", OptionalLong.empty(), 40));
  }

  @Test
  void shouldDeleteNothingThatNobodyReads() {
    TrimPlan plan = plan(10, 50, new Reader("a", Set.of("other"), Map.of()));

    assertThat(plan.deletions()).isEmpty();
    assertThat(plan.held()).isEmpty();
  }

  @Test
  void shouldHoldNothingBackWhereNothingIsOld() {
    TrimPlan plan = plan(10, 10, new Reader("new", Set.of("live"), Map.of()), at("a", 10));

    assertThat(plan.deletions()).isEmpty();
    assertThat(plan.held()).isEmpty();
  }
}
