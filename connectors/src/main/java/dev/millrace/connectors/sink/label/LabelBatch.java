package dev.millrace.connectors.sink.label;

import dev.millrace.connectors.sink.label.LabelRows.LabelKey;
import dev.millrace.connectors.sink.label.LabelRows.NegationKey;
import dev.millrace.connectors.sink.repo.Outcome;
import dev.millrace.connectors.sink.sql.StoredText;
import dev.millrace.connectors.sink.sql.StoredTime;
import dev.millrace.schema.event.LabelEvent;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jooq.DSLContext;

/**
 * The label events of one batch. Of the events with one (src, uri, cid, val) the latest cts holds,
 * of equal ones the highest seq; a negation keeps its row, so that an older label that comes later
 * finds it. A negation without cid holds for every cid that is older than it, whether its label
 * came before or comes after.
 *
 * <p>One transaction, one use, one thread.
 */
public final class LabelBatch {
  private final LabelRows rows;
  private final Map<LabelKey, LabelSlot> labels = new LinkedHashMap<>();
  private final Map<NegationKey, NegationSlot> negations = new LinkedHashMap<>();

  public LabelBatch(DSLContext sql, Connection connection) {
    this.rows = new LabelRows(sql, connection);
  }

  public void load(Iterable<LabelEvent> events) {
    for (LabelEvent event : events) {
      LabelKey key = key(event);
      labels.computeIfAbsent(key, k -> new LabelSlot());
      negations.computeIfAbsent(key.negation(), k -> new NegationSlot());
    }
    if (!labels.isEmpty()) {
      rows.load(labels, negations);
    }
  }

  public Outcome apply(LabelEvent event) {
    LabelKey key = key(event);
    String exp = event.exp();
    Claim claim =
        new Claim(
            StoredTime.of(event.cts()),
            event.seq(),
            event.neg(),
            exp == null ? null : StoredTime.of(exp));
    LabelSlot label = labels.computeIfAbsent(key, k -> new LabelSlot());
    if (event.neg() && key.cid().isEmpty()) {
      negations.computeIfAbsent(key.negation(), k -> new NegationSlot()).raise(claim);
    }
    return label.claim(claim);
  }

  public void store() throws SQLException {
    rows.store(labels, negations);
  }

  private static LabelKey key(LabelEvent event) {
    String cid = event.cid();
    return new LabelKey(
        StoredText.of(event.src()),
        StoredText.of(event.uri()),
        cid == null ? "" : StoredText.of(cid),
        StoredText.of(event.val()));
  }
}
