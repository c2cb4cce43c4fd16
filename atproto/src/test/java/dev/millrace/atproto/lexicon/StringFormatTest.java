package dev.millrace.atproto.lexicon;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.atproto.lexicon.Verdicts.Clusters;
import dev.millrace.atproto.lexicon.Verdicts.Formatted;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class StringFormatTest {

  @ParameterizedTest
  @EnumSource(StringFormat.class)
  void shouldTakeWhatTheAppViewTakes(StringFormat format) {
    List<Formatted> texts =
        Verdicts.formatted().stream().filter(text -> text.format().equals(format.label())).toList();
    assertThat(texts.stream().collect(Collectors.groupingBy(Formatted::isValid))).hasSize(2);
    assertThat(texts).hasSizeGreaterThan(700);
    assertThat(texts.stream().filter(text -> format.matches(text.text()) != text.isValid()))
        .isEmpty();
  }

  @Test
  void shouldCountTheClustersThatTheAppViewCounts() {
    List<Clusters> texts = Verdicts.clusters();
    assertThat(texts).hasSize(5_000);
    assertThat(texts.stream().filter(text -> Graphemes.count(text.text()) != text.count()))
        .isEmpty();
  }
}
