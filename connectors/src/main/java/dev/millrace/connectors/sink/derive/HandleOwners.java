package dev.millrace.connectors.sink.derive;

import static dev.millrace.schema.jooq.Tables.ACTOR;
import static dev.millrace.schema.jooq.Tables.HANDLE_CLAIM;
import static org.jooq.impl.DSL.any;
import static org.jooq.impl.DSL.selectOne;

import java.util.Collection;
import java.util.List;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.OrderField;
import org.jooq.SelectJoinStep;
import org.jooq.Table;

/**
 * {@code actor.handle}: of all that claim a handle the one that was resolved last has it, of equal
 * ones the smaller DID; the others have none. The rule knows no order of arrival.
 */
final class HandleOwners {
  private HandleOwners() {}

  private static final String OWNER = "owner";

  /** Of a table of owners. */
  static final Field<String> OWNED = HANDLE_CLAIM.as(OWNER).HANDLE;

  static final Field<String> OWNER_DID = HANDLE_CLAIM.as(OWNER).DID;

  /** The first of a handle is its owner. */
  private static final List<OrderField<?>> BY_CLAIM =
      List.of(HANDLE_CLAIM.HANDLE, HANDLE_CLAIM.RESOLVED_AT.desc(), HANDLE_CLAIM.DID);

  /** Every handle that is claimed, and who has it by the rule. */
  static Table<?> all(DSLContext sql) {
    return owners(sql).orderBy(BY_CLAIM).asTable(OWNER);
  }

  private static SelectJoinStep<?> owners(DSLContext sql) {
    return sql.select(HANDLE_CLAIM.HANDLE, HANDLE_CLAIM.DID)
        .distinctOn(HANDLE_CLAIM.HANDLE)
        .from(HANDLE_CLAIM);
  }

  /** Gives handles to their owners; the locks of the handles must be held. */
  static void derive(DSLContext sql, Collection<String> handles) {
    if (handles.isEmpty()) {
      return;
    }
    String[] asked = handles.toArray(String[]::new);
    Table<?> owner =
        owners(sql).where(HANDLE_CLAIM.HANDLE.eq(any(asked))).orderBy(BY_CLAIM).asTable(OWNER);
    // First away, then to: it is unique.
    sql.update(ACTOR)
        .setNull(ACTOR.HANDLE)
        .where(ACTOR.HANDLE.eq(any(asked)))
        .andNotExists(
            selectOne().from(owner).where(OWNER_DID.eq(ACTOR.DID)).and(OWNED.eq(ACTOR.HANDLE)))
        .execute();
    sql.update(ACTOR)
        .set(ACTOR.HANDLE, OWNED)
        .from(owner)
        .where(ACTOR.DID.eq(OWNER_DID))
        .and(ACTOR.HANDLE.isDistinctFrom(OWNED))
        .execute();
  }
}
