package dev.millrace.app.compare;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a network says of one account at one moment.
 *
 * @param status null while it is active, else the protocol's word
 * @param rev of the newest commit; null where nobody tells it
 * @param records CIDs by {@code collection/rkey}; empty unless the account is active, for nobody
 *     gives out the others' repos
 */
public record AccountView(
    String did, @Nullable String status, @Nullable String rev, Map<String, String> records) {
  boolean isActive() {
    return status == null;
  }
}
