package dev.millrace.connectors.sink;

import static dev.millrace.connectors.sink.Events.LIKE;
import static dev.millrace.connectors.sink.Events.POST;
import static dev.millrace.connectors.sink.Events.post;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PoisonSearchIT {
  private static final int EVENTS = 1_000;

  private static SinkDatabase database;

  private final Events alice = new Events("did:plc:alice");
  private AppliedBatches sink;

  @BeforeAll
  static void migrate() throws Exception {
    database = new SinkDatabase();
  }

  @BeforeEach
  void open() throws Exception {
    database.clear();
    sink = new AppliedBatches(database);
  }

  @AfterEach
  void close() {
    sink.close();
  }

  private Incoming poison(String rkey) {
    return sink.nextLive(alice.put(1, LIKE, rkey, "cid", Records.tooLongLike()));
  }

  private Batch batchWithPoisonAt(int... places) {
    List<Incoming> events = new ArrayList<>();
    for (int i = 0; i < EVENTS; i++) {
      int place = i;
      boolean isPoison = IntStream.of(places).anyMatch(p -> p == place);
      events.add(
          isPoison
              ? poison("bad" + i)
              : sink.nextLive(alice.put(1, POST, "p" + i, "cid", post("t"))));
    }
    return sink.next(events);
  }

  @Test
  void shouldSetAsideTheOneEventAndApplyTheRestOfItsBatchAtOnce() throws Exception {
    Batch batch = batchWithPoisonAt(777);
    List<Batch> committed = new ArrayList<>();

    sink.search().apply(batch, committed::add);
    assertThat(committed.stream().mapToInt(Batch::size).sum()).isEqualTo(EVENTS);
    assertThat(committed.getLast().after()).isEqualTo(batch.after());
    assertThat(database.one("SELECT count(*) FROM post")).isEqualTo(String.valueOf(EVENTS - 1));
    assertThat(sink.deadLetters("refused-by-database")).isEqualTo(1);
    assertThat(sink.rollbacks("poison")).isLessThanOrEqualTo(11);
    assertThat(committed).hasSizeLessThanOrEqualTo(12);
  }

  @Test
  void shouldSetAsideSeveralOfOneBatch() throws Exception {
    sink.search().apply(batchWithPoisonAt(0, 1, 500, EVENTS - 1), batch -> {});

    assertThat(database.one("SELECT count(*) FROM post")).isEqualTo(String.valueOf(EVENTS - 4));
    assertThat(sink.deadLetters("refused-by-database")).isEqualTo(4);
    assertThat(sink.rollbacks("poison")).isLessThanOrEqualTo(4 * 11);
  }
}
