package dev.millrace.connectors.window;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class WindowPlanTest {
  @Test
  void shouldCutIntoStretchesThatMeet() {
    List<WindowRange> ranges = WindowPlan.cut(1_000, 2_003, 1_000, 4);
    assertThat(ranges).hasSize(4);
    assertThat(ranges.getFirst().start()).isEqualTo(1_000);
    assertThat(ranges.getLast().end()).isEqualTo(2_003);
    for (int i = 1; i < ranges.size(); i++) {
      assertThat(ranges.get(i).start()).isEqualTo(ranges.get(i - 1).end());
    }
    assertThat(ranges).allMatch(range -> range.end() - range.start() >= 250);
  }

  @Test
  void shouldCutWhatThereIsWhereItBeginsAtZero() {
    List<WindowRange> ranges = WindowPlan.cut(0, 10_000_400, 10_000_000, 4);
    assertThat(ranges.getFirst().start()).as("0 is sent").isZero();
    assertThat(ranges)
        .extracting(WindowRange::end)
        .containsExactly(10_000_100L, 10_000_200L, 10_000_300L, 10_000_400L);
    assertThat(ranges.getFirst().share()).isZero();
    assertThat(ranges.getFirst().at(10_000_050, null).share()).isEqualTo(0.5);
  }

  @Test
  void shouldCutNoStretchWithoutAnythingInIt() {
    assertThat(WindowPlan.cut(5, 7, 5, 4)).hasSize(2).noneMatch(WindowRange::finished);
    assertThat(WindowPlan.cut(7, 7, 5, 4)).singleElement().matches(WindowRange::finished);
    assertThat(WindowPlan.cut(9, 7, 5, 4)).singleElement().matches(WindowRange::finished);
  }
}
