package dev.millrace.connectors.sink.repo;

import dev.millrace.connectors.sink.derive.HandleClaims;
import dev.millrace.connectors.sink.derive.HandleClaims.Claim;
import dev.millrace.connectors.sink.sql.StoredText;
import dev.millrace.connectors.sink.sql.StoredTime;
import dev.millrace.schema.event.ResolvedIdentity;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;

/**
 * The resolved identities of one batch. Of one DID the latest on the topic counts, so only the last
 * is stored. One transaction, one use, one thread.
 */
public final class IdentityBatch {
  private final Map<String, @Nullable Claim> claims = new HashMap<>();

  /**
   * Takes the newest word on a DID.
   *
   * @param identity null: nothing is known of it any more
   */
  public Outcome apply(String did, @Nullable ResolvedIdentity identity) {
    String handle = identity == null ? null : identity.handle();
    claims.put(
        did,
        identity == null || handle == null
            ? null
            : new Claim(
                StoredText.of(handle.toLowerCase(Locale.ROOT)),
                StoredTime.of(identity.resolvedAt())));
    return Outcome.APPLIED;
  }

  public void store(DSLContext sql) {
    new HandleClaims(sql).store(claims);
  }
}
