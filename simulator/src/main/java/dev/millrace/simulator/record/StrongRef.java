package dev.millrace.simulator.record;

import dev.millrace.atproto.cid.Cid;
import java.util.Map;

/**
 * A version of a record, as {@code com.atproto.repo.strongRef}: there the CID is a text, no link.
 */
public record StrongRef(String uri, Cid cid) {
  Map<String, Object> toMap() {
    return Map.of("uri", uri, "cid", cid.toString());
  }
}
