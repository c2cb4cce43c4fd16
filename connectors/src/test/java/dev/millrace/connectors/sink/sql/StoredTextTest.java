package dev.millrace.connectors.sink.sql;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class StoredTextTest {
  @Test
  void shouldReplaceNulAndLoneSurrogatesAlone() {
    assertThat(StoredText.of("a\0b\uD800c\uDC00d\uD83D\uDE00e\uD83D"))
        .isEqualTo("a\uFFFDb\uFFFDc\uFFFDd\uD83D\uDE00e\uFFFD");
  }

  @Test
  void shouldKeepAllOtherTextAsItIs() {
    String text = "\\N ' \" {} \t\n é 漢 😀";
    assertThat(StoredText.of(text)).isSameAs(text);
    assertThat(StoredText.of("")).isEmpty();
  }
}
