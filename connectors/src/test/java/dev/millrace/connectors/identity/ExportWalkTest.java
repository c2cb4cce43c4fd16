package dev.millrace.connectors.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.atproto.BadDataException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Walks over exports of all shapes: what is read in the end is all there is. */
class ExportWalkTest {
  private static final Instant BEGIN = Instant.parse("2023-01-01T00:00:00Z");

  private final List<String> times = new ArrayList<>();
  private final List<String> passedBy = new ArrayList<>();
  private final Set<String> read = new LinkedHashSet<>();
  private boolean isNumbered;
  private int most = 1_000;
  private int questions;

  private void add(long millis, int operations) {
    for (int i = 0; i < operations; i++) {
      times.add(BEGIN.plusMillis(millis).toString());
    }
  }

  private String line(int index) {
    String number = isNumbered ? ",\"seq\":" + (index + 1) : "";
    return "{\"did\":\"%s\",\"operation\":{},\"cid\":\"c%d\",\"createdAt\":\"%s\"%s}"
        .formatted(FakeDirectory.did(index), index, times.get(index), number);
  }

  private ExportPage answer(ExportWalk.Ask ask) {
    questions++;
    List<String> lines = new ArrayList<>();
    for (int index = 0; index < times.size(); index++) {
      if (isAfter(index, ask.after())) {
        lines.add(line(index));
      }
    }
    return ExportPage.of(
        lines.stream().limit(Math.min(ask.count(), most)).collect(Collectors.joining("\n")), "plc");
  }

  private boolean isAfter(int index, @Nullable String after) {
    if (after == null || after.equals("0")) {
      return true;
    }
    return isNumbered
        ? index + 1 > Long.parseLong(after)
        : Instant.parse(times.get(index)).isAfter(Instant.parse(after));
  }

  private void readAll(ExportWalk walk) {
    ExportWalk.Step step;
    do {
      step = walk.take(answer(walk.next()));
      step.fresh().forEach(line -> assertThat(read.add(line.text())).isTrue());
      if (step.passedBy() != null) {
        passedBy.add(step.passedBy());
      }
      assertThat(questions).isLessThan(10_000);
    } while (!step.isEnd());
  }

  private ExportWalk walk(int pageSize) {
    return new ExportWalk(ExportPosition.BEGINNING, pageSize);
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 5, 10, 100})
  void shouldReadEveryOperationOnceWhereverPagesEnd(int pageSize) {
    for (int i = 0; i < 60; i++) {
      add(i * 7L, 1 + i % Math.min(pageSize, 4));
    }
    add(1_000, 1);
    readAll(walk(pageSize));

    assertThat(read).hasSize(times.size());
    assertThat(passedBy).isEmpty();
  }

  @Test
  void shouldReadMoreOperationsOfOneTimeThanAPageHolds() {
    add(0, 3);
    add(5, 45);
    add(6, 12);
    add(9, 2);
    readAll(walk(10));

    assertThat(read).hasSize(62);
    assertThat(passedBy).isEmpty();
  }

  @Test
  void shouldPassByWhatADirectoryWithholdsOfOneTimeAndSayItOnce() {
    add(0, 3);
    add(5, 45);
    add(8, 3);
    most = 10;
    ExportWalk walk = walk(10);
    readAll(walk);
    walk.lookAgain();
    readAll(walk);

    assertThat(read).hasSizeBetween(16, 50);
    assertThat(read).contains(line(48), line(49), line(50));
    assertThat(passedBy).containsExactly(BEGIN.plusMillis(5).toString());
  }

  @Test
  void shouldPassByWhenALargerPageIsRefused() {
    add(5, 45);
    add(8, 1);
    ExportWalk walk = walk(10);
    walk.take(answer(walk.next()));
    walk.take(answer(walk.next()));
    assertThat(walk.next().count()).isGreaterThan(10);
    ExportWalk.Step refused = walk.refused();
    assertThat(refused).isNotNull();
    assertThat(refused.passedBy()).isEqualTo(BEGIN.plusMillis(5).toString());
    readAll(walk);
    assertThat(read).contains(line(45));
  }

  @Test
  void shouldReadByNumberWhereThereAreNumbers() {
    isNumbered = true;
    add(0, 25);
    add(1, 5);
    ExportWalk walk = walk(10);
    readAll(walk);

    assertThat(read).hasSize(30);
    assertThat(walk.position().cursor()).isEqualTo("30");
    add(2, 1);
    walk.lookAgain();
    readAll(walk);
    assertThat(read).hasSize(31);
  }

  @Test
  void shouldFindWhatBecameVisibleLate() {
    add(0, 1);
    add(20_000, 1);
    ExportWalk walk = walk(10);
    readAll(walk);
    times.add(1, BEGIN.plusMillis(19_000).toString());
    walk.lookAgain();
    readAll(walk);

    assertThat(read).contains(line(1));
  }

  @Test
  void shouldGoOnFromACursor() {
    add(0, 4);
    add(9, 4);
    ExportWalk walk = new ExportWalk(ExportPosition.of(BEGIN.plusMillis(9).toString()), 10);
    assertThat(walk.next().after()).isEqualTo("2023-01-01T00:00:00.008Z");
    readAll(walk);
    assertThat(read).hasSize(4);
  }

  @Test
  void shouldNotTakeAnEmptyAnswerForTheEndWhereSomethingWas() {
    ExportWalk walk = new ExportWalk(ExportPosition.of("77"), 10);
    assertThatThrownBy(() -> walk.take(ExportPage.of("", "plc")))
        .isInstanceOfSatisfying(
            BadDataException.class, e -> assertThat(e.reason()).isEqualTo("plc-lost"));
  }

  @Test
  void shouldNotTakeAPageWithoutASingleLineForAPage() {
    ExportWalk walk = walk(10);
    assertThatThrownBy(() -> walk.take(ExportPage.of("<html>\n</html>", "plc")))
        .isInstanceOfSatisfying(
            BadDataException.class, e -> assertThat(e.reason()).isEqualTo("plc-page"));
  }

  @Test
  void shouldEndAtOnceWhereNothingIs() {
    assertThat(walk(10).take(ExportPage.of("", "plc")).isEnd()).isTrue();
  }
}
