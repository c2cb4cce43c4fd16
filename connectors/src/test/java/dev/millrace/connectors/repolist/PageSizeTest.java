package dev.millrace.connectors.repolist;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PageSizeTest {
  @Test
  void shouldNarrowTenfoldToOne() {
    PageSize size = new PageSize(1_000);
    List<Integer> sizes = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      sizes.add(size.get());
      size.narrow();
    }
    assertThat(sizes).containsExactly(1_000, 100, 10, 1, 1);
    assertThat(size.isOne()).isTrue();
  }

  @Test
  void shouldWidenAfterTenPassesInARowUpToTheFullPage() {
    PageSize size = new PageSize(50);
    size.narrow();
    for (int i = 0; i < 9; i++) {
      size.passed();
    }
    size.failed();
    for (int i = 0; i < 9; i++) {
      size.passed();
    }
    assertThat(size.get()).isEqualTo(5);
    size.passed();
    assertThat(size.get()).isEqualTo(50);
    assertThat(size.isFull()).isTrue();
  }
}
