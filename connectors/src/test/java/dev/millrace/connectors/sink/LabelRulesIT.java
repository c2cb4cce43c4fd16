package dev.millrace.connectors.sink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.schema.event.LabelEvent;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Which label is in force, whatever order they arrive in. */
class LabelRulesIT extends AppliedRules {
  private static final String SUBJECT = "at://did:plc:bob/app.bsky.feed.post/p";

  private static LabelEvent label(long seq, @Nullable String cid, boolean neg, int second) {
    return new LabelEvent(
        seq,
        "labeler.example",
        "did:plc:labeler",
        SUBJECT,
        cid,
        "spam",
        neg,
        "2026-01-01T00:00:%02d.5Z".formatted(second),
        neg ? null : "2027-01-01T00:00:00Z");
  }

  private static List<String> labels() throws Exception {
    return database.rows("SELECT cid, neg, cts FROM label ORDER BY cid");
  }

  @Test
  void shouldStoreALabelWithItsTimes() throws Exception {
    sink.labels(label(1, null, false, 1));

    assertThat(database.rows("SELECT src, uri, cid, val, neg, cts, exp FROM label"))
        .containsExactly(
            "did:plc:labeler|"
                + SUBJECT
                + "||spam|f|2026-01-01T00:00:01.500Z|2027-01-01T00:00:00.000Z");
  }

  @Test
  void shouldLetTheLaterCtsWinInEitherOrder() throws Exception {
    sink.labels(label(1, null, false, 2), label(2, null, true, 1));
    assertThat(labels()).containsExactly("|f|2026-01-01T00:00:02.500Z");

    sink.labels(label(3, null, true, 3));
    sink.labels(label(4, null, false, 2));
    assertThat(labels()).containsExactly("|t|2026-01-01T00:00:03.500Z");
  }

  @Test
  void shouldBreakTiesBySeq() throws Exception {
    sink.labels(label(2, null, true, 1));
    sink.labels(label(1, null, false, 1));
    assertThat(labels()).containsExactly("|t|2026-01-01T00:00:01.500Z");

    sink.labels(label(3, null, false, 1));
    assertThat(labels()).containsExactly("|f|2026-01-01T00:00:01.500Z");
  }

  @Test
  void shouldLetANegationWithoutCidHoldForEveryCid() throws Exception {
    sink.labels(label(1, "cidx", false, 1), label(2, "cidy", false, 4));
    sink.labels(label(3, null, true, 3));

    assertThat(labels())
        .containsExactly(
            "|t|2026-01-01T00:00:03.500Z",
            "cidx|t|2026-01-01T00:00:01.500Z",
            "cidy|f|2026-01-01T00:00:04.500Z");
  }

  @Test
  void shouldRememberANegationThatArrivesBeforeItsLabel() throws Exception {
    sink.labels(label(3, null, true, 3));
    sink.labels(label(4, null, false, 5));
    sink.labels(label(1, "cidx", false, 1));

    assertThat(labels())
        .containsExactly("|f|2026-01-01T00:00:05.500Z", "cidx|t|2026-01-01T00:00:01.500Z");
  }

  @Test
  void shouldEndTheSameInAnyOrderAndCut() throws Exception {
    for (int seed = 0; seed < 15; seed++) {
      Random random = new Random(seed);
      List<LabelEvent> history = new ArrayList<>();
      for (int seq = 1; seq <= 12; seq++) {
        String cid = random.nextInt(3) == 0 ? null : "cid" + random.nextInt(3);
        history.add(label(seq, cid, random.nextInt(2) == 0, random.nextInt(6)));
      }
      List<String> first = null;
      for (int run = 0; run < 5; run++) {
        List<LabelEvent> shuffled = new ArrayList<>(history);
        if (run > 0) {
          Collections.shuffle(shuffled, random);
          shuffled.addAll(shuffled.subList(0, 4));
        }
        database.clear();
        try (AppliedBatches applied = new AppliedBatches(database)) {
          while (!shuffled.isEmpty()) {
            int cut = Math.min(shuffled.size(), 1 + random.nextInt(6));
            applied.labels(shuffled.subList(0, cut).toArray(LabelEvent[]::new));
            shuffled = new ArrayList<>(shuffled.subList(cut, shuffled.size()));
          }
        }
        List<String> rows =
            database.rows(
                "SELECT cid, neg, cts, seq, exp FROM label JOIN label_seq USING (src, uri, cid, val) ORDER BY cid");
        if (first == null) {
          first = rows;
        }
        assertThat(rows).as("seed %d, run %d", seed, run).isEqualTo(first);
      }
    }
  }
}
