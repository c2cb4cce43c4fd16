package dev.millrace.simulator;

import dev.millrace.atproto.car.CarLimits;
import dev.millrace.atproto.car.SpooledCar;
import dev.millrace.atproto.identity.DidDocument;
import dev.millrace.atproto.repo.RepoSnapshot;
import dev.millrace.atproto.syntax.Did;
import dev.millrace.atproto.xrpc.AddressGuard;
import dev.millrace.atproto.xrpc.Download;
import dev.millrace.atproto.xrpc.HttpLimits;
import dev.millrace.atproto.xrpc.XrpcClient;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** Fetches repos as a careful reader does. */
final class Repos {
  static final XrpcClient CLIENT =
      new XrpcClient(
          new HttpLimits(
              Duration.ofSeconds(10),
              Duration.ofSeconds(5),
              Duration.ofSeconds(30),
              Duration.ofSeconds(60),
              5 << 20,
              3),
          AddressGuard.of(true));

  private Repos() {}

  static DidDocument document(Simulator simulator, String did) throws IOException {
    URI url = URI.create(simulator.plc() + "/" + did);
    return DidDocument.parse(Did.parse(did), CLIENT.getJson(url, true));
  }

  /** A repo from the PDS that the directory names, verified: path to CID. */
  static Map<String, String> fetch(Simulator simulator, String did, Path spool) throws IOException {
    DidDocument document = document(simulator, did);
    return fetch(Objects.requireNonNull(document.pds()), document, spool);
  }

  static Map<String, String> fetch(URI host, DidDocument document, Path spool) throws IOException {
    try (Download download =
            CLIENT.download(
                host, "com.atproto.sync.getRepo", Map.of("did", document.did().value()), 1L << 30);
        SpooledCar car = SpooledCar.read(download.body(), CarLimits.REPO, spool)) {
      RepoSnapshot snapshot =
          RepoSnapshot.open(
              car, document.did(), Objects.requireNonNull(document.signingKey()), Instant.now());
      Map<String, String> records = new TreeMap<>();
      snapshot.forEachRecord(
          (collection, rkey, cid, block) -> records.put(collection + "/" + rkey, cid.toString()));
      return records;
    }
  }

  /** The truth in the same form. */
  static Map<String, String> truth(Simulator simulator, String did) {
    Map<String, String> records = new TreeMap<>();
    simulator
        .world()
        .truth()
        .repo(
            did,
            repo ->
                repo.forEachRecord(
                    (collection, rkey, cid, block) ->
                        records.put(collection + "/" + rkey, cid.toString())));
    return records;
  }
}
