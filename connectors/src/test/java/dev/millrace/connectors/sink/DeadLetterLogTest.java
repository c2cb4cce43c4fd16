package dev.millrace.connectors.sink;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class DeadLetterLogTest {
  private static final String POST = "app.bsky.feed.post";

  private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5);
  private final DeadLetterLog log = new DeadLetterLog(now::get);

  @Test
  void shouldNameTheFirstOfAFloodAndThenOneAMinute() {
    assertThat(log.toName("invalid-record", POST)).isEqualTo(OptionalLong.of(0));
    for (int i = 0; i < 1_000; i++) {
      assertThat(log.toName("invalid-record", POST)).isEmpty();
    }
    now.addAndGet(DeadLetterLog.PAUSE.toNanos());
    assertThat(log.toName("invalid-record", POST)).isEqualTo(OptionalLong.of(1_000));
    assertThat(log.toName("invalid-record", POST)).isEmpty();
    now.addAndGet(DeadLetterLog.PAUSE.toNanos());
    assertThat(log.toName("invalid-record", POST)).isEqualTo(OptionalLong.of(1));
  }

  @Test
  void shouldNameOneOfEachKind() {
    assertThat(log.toName("invalid-record", POST)).isPresent();
    assertThat(log.toName("invalid-record", "app.bsky.feed.like")).isPresent();
    assertThat(log.toName("refused-by-database", POST)).isPresent();
    assertThat(log.toName("invalid-record", POST)).isEmpty();
  }
}
