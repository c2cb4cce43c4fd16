package dev.millrace.connectors.sink.label;

import static dev.millrace.schema.jooq.Tables.LABEL;
import static dev.millrace.schema.jooq.Tables.LABEL_NEGATION;
import static dev.millrace.schema.jooq.Tables.LABEL_SEQ;
import static org.jooq.impl.DSL.coalesce;
import static org.jooq.impl.DSL.collation;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.select;

import dev.millrace.connectors.sink.sql.ArrayRows;
import dev.millrace.connectors.sink.sql.BinaryCopy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.jooq.Condition;
import org.jooq.DSLContext;

/**
 * The tables of labels: loads what a batch touches, stores what changed. A label's seq has a table
 * of its own, as the AppView gives out all columns of {@code label}.
 */
final class LabelRows {
  /** The primary key of {@code label}; cid is '' where there is none. */
  record LabelKey(String src, String uri, String cid, String val) {
    NegationKey negation() {
      return new NegationKey(src, uri, val);
    }
  }

  /** The primary key of {@code label_negation}. */
  record NegationKey(String src, String uri, String val) {}

  private static final Condition IS_OF_LABEL =
      LABEL_SEQ
          .SRC
          .eq(LABEL.SRC)
          .and(LABEL_SEQ.URI.eq(LABEL.URI))
          .and(LABEL_SEQ.CID.eq(LABEL.CID))
          .and(LABEL_SEQ.VAL.eq(LABEL.VAL));

  private final DSLContext sql;
  private final Connection connection;

  LabelRows(DSLContext sql, Connection connection) {
    this.sql = sql;
    this.connection = connection;
  }

  void load(Map<LabelKey, LabelSlot> labels, Map<NegationKey, NegationSlot> negations) {
    ArrayRows keys = new ArrayRows(LABEL.SRC, LABEL.URI, LABEL.CID, LABEL.VAL);
    labels.keySet().forEach(key -> keys.add(key.src(), key.uri(), key.cid(), key.val()));
    sql.select(
            LABEL.SRC,
            LABEL.URI,
            LABEL.CID,
            LABEL.VAL,
            LABEL.CTS,
            LABEL_SEQ.SEQ,
            LABEL.NEG,
            LABEL.EXP)
        .from(LABEL)
        .leftJoin(LABEL_SEQ)
        .on(IS_OF_LABEL)
        .join(keys.table())
        .on(LABEL.SRC.eq(keys.column(LABEL.SRC)))
        .and(LABEL.URI.eq(keys.column(LABEL.URI)))
        .and(LABEL.CID.eq(keys.column(LABEL.CID)))
        .and(LABEL.VAL.eq(keys.column(LABEL.VAL)))
        .forEach(
            row -> {
              LabelSlot slot =
                  labels.get(new LabelKey(row.value1(), row.value2(), row.value3(), row.value4()));
              if (slot != null) {
                Long seq = row.value6();
                slot.load(
                    new Claim(row.value5(), seq == null ? 0 : seq, row.value7(), row.value8()));
              }
            });
    ArrayRows triples = new ArrayRows(LABEL_NEGATION.SRC, LABEL_NEGATION.URI, LABEL_NEGATION.VAL);
    negations.keySet().forEach(key -> triples.add(key.src(), key.uri(), key.val()));
    sql.select(
            LABEL_NEGATION.SRC,
            LABEL_NEGATION.URI,
            LABEL_NEGATION.VAL,
            LABEL_NEGATION.CTS,
            LABEL_NEGATION.SEQ)
        .from(LABEL_NEGATION)
        .join(triples.table())
        .on(LABEL_NEGATION.SRC.eq(triples.column(LABEL_NEGATION.SRC)))
        .and(LABEL_NEGATION.URI.eq(triples.column(LABEL_NEGATION.URI)))
        .and(LABEL_NEGATION.VAL.eq(triples.column(LABEL_NEGATION.VAL)))
        .forEach(
            row -> {
              NegationSlot slot =
                  negations.get(new NegationKey(row.value1(), row.value2(), row.value3()));
              if (slot != null) {
                slot.load(new Claim(row.value4(), row.value5(), true, null));
              }
            });
  }

  void store(Map<LabelKey, LabelSlot> labels, Map<NegationKey, NegationSlot> negations)
      throws SQLException {
    storeLabels(labels, negations);
    storeNegations(negations);
  }

  private void storeLabels(
      Map<LabelKey, LabelSlot> labels, Map<NegationKey, NegationSlot> negations)
      throws SQLException {
    BinaryCopy inserted =
        new BinaryCopy(
            LABEL,
            List.of(LABEL.SRC, LABEL.URI, LABEL.CID, LABEL.VAL, LABEL.NEG, LABEL.CTS, LABEL.EXP));
    ArrayRows updated =
        new ArrayRows(LABEL.SRC, LABEL.URI, LABEL.CID, LABEL.VAL, LABEL.NEG, LABEL.CTS, LABEL.EXP);
    ArrayRows seqs =
        new ArrayRows(LABEL_SEQ.SRC, LABEL_SEQ.URI, LABEL_SEQ.CID, LABEL_SEQ.VAL, LABEL_SEQ.SEQ);
    labels.forEach(
        (key, slot) -> {
          NegationSlot negation = key.cid().isEmpty() ? null : negations.get(key.negation());
          Claim row = slot.changed(negation == null ? null : negation.latest());
          if (row == null) {
            return;
          }
          Object[] values = {
            key.src(), key.uri(), key.cid(), key.val(), row.isNegation(), row.cts(), row.exp()
          };
          seqs.add(key.src(), key.uri(), key.cid(), key.val(), row.seq());
          if (slot.isStored()) {
            updated.add(values);
          } else {
            inserted.row(values);
          }
        });
    if (!updated.isEmpty()) {
      sql.update(LABEL)
          .set(LABEL.NEG, updated.column(LABEL.NEG))
          .set(LABEL.CTS, updated.column(LABEL.CTS))
          .set(LABEL.EXP, updated.column(LABEL.EXP))
          .from(updated.table())
          .where(LABEL.SRC.eq(updated.column(LABEL.SRC)))
          .and(LABEL.URI.eq(updated.column(LABEL.URI)))
          .and(LABEL.CID.eq(updated.column(LABEL.CID)))
          .and(LABEL.VAL.eq(updated.column(LABEL.VAL)))
          .execute();
    }
    inserted.send(connection);
    seqs.upsert(sql, LABEL_SEQ, LABEL_SEQ.SRC, LABEL_SEQ.URI, LABEL_SEQ.CID, LABEL_SEQ.VAL);
  }

  private void storeNegations(Map<NegationKey, NegationSlot> negations) {
    ArrayRows raised =
        new ArrayRows(
            LABEL_NEGATION.SRC,
            LABEL_NEGATION.URI,
            LABEL_NEGATION.VAL,
            LABEL_NEGATION.CTS,
            LABEL_NEGATION.SEQ);
    negations.forEach(
        (key, slot) -> {
          Claim negation = slot.changed();
          if (negation != null) {
            raised.add(key.src(), key.uri(), key.val(), negation.cts(), negation.seq());
          }
        });
    if (raised.isEmpty()) {
      return;
    }
    raised.upsert(sql, LABEL_NEGATION, LABEL_NEGATION.SRC, LABEL_NEGATION.URI, LABEL_NEGATION.VAL);
    // Labels with a cid that are older than a new negation without one, in this batch or before.
    var cts = raised.column(LABEL_NEGATION.CTS).collate(collation("C"));
    var labelCts = LABEL.CTS.collate(collation("C"));
    var seq = coalesce(field(select(LABEL_SEQ.SEQ).from(LABEL_SEQ).where(IS_OF_LABEL)), 0L);
    sql.update(LABEL)
        .set(LABEL.NEG, true)
        .from(raised.table())
        .where(LABEL.SRC.eq(raised.column(LABEL_NEGATION.SRC)))
        .and(LABEL.URI.eq(raised.column(LABEL_NEGATION.URI)))
        .and(LABEL.VAL.eq(raised.column(LABEL_NEGATION.VAL)))
        .and(LABEL.CID.ne(""))
        .and(LABEL.NEG.isFalse())
        .and(labelCts.lt(cts).or(labelCts.eq(cts).and(seq.lt(raised.column(LABEL_NEGATION.SEQ)))))
        .execute();
  }
}
