package dev.millrace.connectors.sink.derive;

import static dev.millrace.schema.jooq.Tables.ACTOR;
import static dev.millrace.schema.jooq.Tables.HANDLE_CLAIM;
import static org.jooq.impl.DSL.noCondition;

import java.util.ArrayList;
import java.util.List;
import org.jooq.DSLContext;
import org.jooq.OrderField;

/**
 * {@code actor.handle}: of all that claim a handle the one that was resolved last has it, of equal
 * ones the smaller DID; the others have none. The rule knows no order of arrival.
 */
final class HandleOwners {
  private HandleOwners() {}

  /** The first of equal keys is the owner. */
  static List<OrderField<?>> byClaim(OrderField<?>... keys) {
    List<OrderField<?>> order = new ArrayList<>(List.of(keys));
    order.add(HANDLE_CLAIM.RESOLVED_AT.desc());
    order.add(HANDLE_CLAIM.DID);
    return order;
  }

  /** Gives a handle to its owner; the lock of the handle must be held. */
  static void derive(DSLContext sql, String handle) {
    String owner =
        sql.select(HANDLE_CLAIM.DID)
            .from(HANDLE_CLAIM)
            .where(HANDLE_CLAIM.HANDLE.eq(handle))
            .orderBy(byClaim())
            .limit(1)
            .fetchOne(HANDLE_CLAIM.DID);
    // First away, then to: it is unique.
    sql.update(ACTOR)
        .setNull(ACTOR.HANDLE)
        .where(ACTOR.HANDLE.eq(handle))
        .and(owner == null ? noCondition() : ACTOR.DID.ne(owner))
        .execute();
    if (owner != null) {
      sql.update(ACTOR)
          .set(ACTOR.HANDLE, handle)
          .where(ACTOR.DID.eq(owner))
          .and(ACTOR.HANDLE.isDistinctFrom(handle))
          .execute();
    }
  }
}
