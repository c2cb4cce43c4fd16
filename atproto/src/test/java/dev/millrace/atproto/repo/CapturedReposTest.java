package dev.millrace.atproto.repo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.MAP;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.atproto.BadDataException;
import dev.millrace.atproto.SharedFixtures;
import dev.millrace.atproto.car.CarLimits;
import dev.millrace.atproto.car.SpooledCar;
import dev.millrace.atproto.cbor.DagCbor;
import dev.millrace.atproto.crypto.PublicKey;
import dev.millrace.atproto.identity.DidDocument;
import dev.millrace.atproto.syntax.Did;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Repositories as production and a local PDS served them. */
final class CapturedReposTest {
  private static final Instant NOW = Instant.parse("2027-01-01T00:00:00Z");

  @TempDir private Path spoolDir;

  @Test
  void shouldReadAProductionRepoWhole() throws IOException {
    JsonNode document = json(SharedFixtures.path("real/greenground.didDoc.json"));
    PublicKey key = key(document);
    Path file = SharedFixtures.path("real/greenground.repo.car");
    // The document is of another account of the same host, which signed for all of them alike.
    Did did = new Did("did:plc:kzcqyc3unb33eh5sxzsfs25z");
    try (SpooledCar car = spooled(file)) {
      RepoSnapshot snapshot = RepoSnapshot.open(car, did, key, NOW);
      assertThat(snapshot.recordCount()).isEqualTo(2);
      List<String> paths = new ArrayList<>();
      snapshot.forEachRecord(
          (collection, rkey, cid, block) -> {
            paths.add(collection + "/" + rkey);
            assertThat(cid.matches(block)).isTrue();
            assertThat(DagCbor.decode(block)).asInstanceOf(MAP).containsKey("$type");
          });
      assertThat(paths)
          .containsExactly(
              "app.bsky.graph.follow/3k5rgfiifs42u", "app.bsky.graph.follow/3k5vze25v5a26");
      Did documentDid = new Did(document.get("id").textValue());
      assertRefused("commit", () -> RepoSnapshot.open(car, documentDid, key, NOW));
      PublicKey other =
          key(
              json(
                  SharedFixtures.path("pds-capture/plc")
                      .resolve("did_plc_2si7uuwa7iniez735r2ecenm.json")));
      assertRefused("signature", () -> RepoSnapshot.open(car, did, other, NOW));
      Instant before = Instant.parse("2020-01-01T00:00:00Z");
      assertRefused("commit", () -> RepoSnapshot.open(car, did, key, before));
    }
  }

  @Test
  void shouldRefuseASliceOfARepoAsIncomplete() throws IOException {
    PublicKey key = key(json(SharedFixtures.path("real/greenground.didDoc.json")));
    try (SpooledCar car = spooled(SharedFixtures.path("real/repo_slice.car"))) {
      Did did = new Did("did:plc:6evlgoug7wwijzxhzt2riyic");
      assertRefused("incomplete", () -> RepoSnapshot.open(car, did, key, NOW));
    }
  }

  @Test
  void shouldReadEveryRepoThatAPdsServed() throws IOException {
    Map<String, JsonNode> listed = new HashMap<>();
    for (JsonNode repo : json(SharedFixtures.path("pds-capture/listRepos.json")).get("repos")) {
      listed.put(repo.get("did").textValue(), repo);
    }
    List<Path> files;
    try (Stream<Path> found = Files.list(SharedFixtures.path("pds-capture/repos"))) {
      files = found.toList();
    }
    int compared = 0;
    for (Path file : files) {
      String name = file.getFileName().toString().replace(".car", "");
      Did did = new Did(name.replace('_', ':'));
      PublicKey key = key(json(SharedFixtures.path("pds-capture/plc/" + name + ".json")));
      try (SpooledCar car = spooled(file)) {
        RepoSnapshot snapshot = RepoSnapshot.open(car, did, key, NOW);
        assertThat(count(snapshot)).isEqualTo(snapshot.recordCount());
        JsonNode entry = listed.get(did.value());
        if (entry != null) {
          assertThat(snapshot.commit().rev().value()).isEqualTo(entry.get("rev").textValue());
          assertThat(snapshot.commitCid()).hasToString(entry.get("head").textValue());
          compared++;
        }
      }
    }
    assertThat(files).hasSize(18);
    assertThat(compared).isEqualTo(6);
  }

  @Test
  void shouldGoOnAfterAnyKey() throws IOException {
    Path file = SharedFixtures.path("pds-capture/repos/did_plc_ha6avst6bhmmo56wmxv4reqh.car");
    PublicKey key =
        key(json(SharedFixtures.path("pds-capture/plc/did_plc_ha6avst6bhmmo56wmxv4reqh.json")));
    try (SpooledCar car = spooled(file)) {
      RepoSnapshot snapshot =
          RepoSnapshot.open(car, new Did("did:plc:ha6avst6bhmmo56wmxv4reqh"), key, NOW);
      List<String> all = keysAfter(snapshot, "");
      assertThat(all).hasSizeGreaterThan(10);
      for (int i = 0; i < all.size(); i++) {
        assertThat(keysAfter(snapshot, all.get(i))).isEqualTo(all.subList(i + 1, all.size()));
        assertThat(keysAfter(snapshot, all.get(i) + "~")).isEqualTo(all.subList(i + 1, all.size()));
      }
    }
  }

  private static List<String> keysAfter(RepoSnapshot snapshot, String after) {
    List<String> keys = new ArrayList<>();
    RecordCursor cursor = snapshot.records(after);
    while (cursor.next()) {
      keys.add(cursor.key());
    }
    return keys;
  }

  private static long count(RepoSnapshot snapshot) {
    List<String> keys = new ArrayList<>();
    snapshot.forEachRecord(
        (collection, rkey, cid, block) -> {
          DagCbor.decode(block);
          keys.add(rkey);
        });
    return keys.size();
  }

  private SpooledCar spooled(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return SpooledCar.read(in, CarLimits.REPO, spoolDir);
    }
  }

  private static void assertRefused(String reason, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            BadDataException.class, e -> assertThat(e.reason()).isEqualTo(reason));
  }

  private static PublicKey key(JsonNode document) {
    return Objects.requireNonNull(
        DidDocument.parse(new Did(document.get("id").textValue()), document).signingKey());
  }

  private static JsonNode json(Path file) throws IOException {
    return new ObjectMapper().readTree(file.toFile());
  }
}
