package dev.millrace.connectors.labels;

import dev.millrace.atproto.BadDataException;
import dev.millrace.atproto.identity.DidResolver;
import dev.millrace.atproto.syntax.Did;
import dev.millrace.connectors.ingest.ServiceHost;
import java.io.IOException;
import java.net.URI;

/** Finds the host of a labeler, which operators name by host, URL or DID. */
public final class LabelerHosts {
  private LabelerHosts() {}

  /**
   * Asks for the DID document if it is a DID.
   *
   * @throws IllegalArgumentException if it is neither host nor DID, or the DID is no labeler's
   * @throws IOException if the DID has no document, or nobody answers
   */
  public static ServiceHost find(String given, DidResolver resolver) throws IOException {
    if (!given.startsWith("did:")) {
      return ServiceHost.parse(given);
    }
    try {
      URI endpoint = resolver.resolve(Did.parse(given)).labeler();
      if (endpoint == null) {
        throw new IllegalArgumentException(
            "'" + given + "' is not a labeler: its DID document names none");
      }
      return ServiceHost.parse(endpoint.toString());
    } catch (BadDataException e) {
      throw new IllegalArgumentException("'" + given + "' is not a labeler: " + e.getMessage(), e);
    }
  }
}
