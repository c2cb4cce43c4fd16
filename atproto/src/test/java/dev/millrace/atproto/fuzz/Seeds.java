package dev.millrace.atproto.fuzz;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.atproto.BadDataException;
import dev.millrace.atproto.car.Car;
import dev.millrace.atproto.car.CarLimits;
import dev.millrace.atproto.cid.Cid;
import dev.millrace.atproto.repo.Commit;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Real inputs of every parser: repos, frames and DID documents of production and of a PDS. */
final class Seeds {
  /** Larger ones are damaged too seldom in a place that matters. */
  private static final int MOST_BYTES = 16 << 10;

  private final Map<Target, List<byte[]>> seeds = new EnumMap<>(Target.class);

  private Seeds() {}

  /**
   * Reads them.
   *
   * @param fixtures the folder with {@code real} and {@code pds-capture}
   */
  static Seeds read(Path fixtures) throws IOException {
    Seeds seeds = new Seeds();
    for (Path file : files(fixtures, ".car")) {
      seeds.addRepo(Files.readAllBytes(file));
    }
    for (Path file : files(fixtures, "firehose.bin")) {
      seeds.addFrames(file);
    }
    for (Path file : files(fixtures.resolve("pds-capture/plc"), ".json")) {
      seeds.add(Target.DID_DOCUMENT, Files.readAllBytes(file));
    }
    for (Path file : files(fixtures.resolve("real"), ".json")) {
      JsonNode json = new ObjectMapper().readTree(file.toFile());
      if (json.has("verificationMethod")) {
        seeds.add(Target.DID_DOCUMENT, Files.readAllBytes(file));
      } else if (json.has("blocks")) {
        seeds.addRepo(Base64.getDecoder().decode(padded(json.at("/blocks/$bytes").asText())));
      }
    }
    return seeds;
  }

  private static String padded(String base64) {
    return base64 + "=".repeat((4 - base64.length() % 4) % 4);
  }

  private static List<Path> files(Path folder, String end) throws IOException {
    try (Stream<Path> found = Files.walk(folder)) {
      return found.filter(file -> file.toString().endsWith(end)).sorted().toList();
    }
  }

  private void addRepo(byte[] archive) {
    add(Target.CAR, archive);
    Car car = Car.read(archive, CarLimits.REPO);
    Map<Cid, byte[]> nodes = new HashMap<>();
    car.blocks()
        .asMap()
        .forEach(
            (cid, block) -> {
              add(Target.CBOR, block);
              if (isNode(block)) {
                nodes.put(cid, block);
              }
            });
    byte[] root = car.blocks().get(car.root());
    if (root != null) {
      add(Target.COMMIT, root);
      dataOf(root).ifPresent(data -> add(Target.MST, Tree.write(data, nodes)));
    }
  }

  /** The root of the tree; empty of a slice that begins with another block than the commit. */
  private static Optional<Cid> dataOf(byte[] root) {
    try {
      return Optional.of(Commit.decode(root).data());
    } catch (BadDataException e) {
      return Optional.empty();
    }
  }

  /** {@code {"e": [...], "l": ...}}. */
  private static boolean isNode(byte[] block) {
    return block.length > 3 && block[0] == (byte) 0xA2 && block[1] == 0x61 && block[2] == 'e';
  }

  private void addFrames(Path file) throws IOException {
    try (DataInputStream in = new DataInputStream(Files.newInputStream(file))) {
      while (in.available() > 0) {
        add(Target.FRAME, in.readNBytes(in.readInt()));
      }
    }
  }

  private void add(Target target, byte[] seed) {
    if (seed.length <= MOST_BYTES) {
      seeds.computeIfAbsent(target, t -> new ArrayList<>()).add(seed);
    }
  }

  List<byte[]> of(Target target) {
    return seeds.getOrDefault(target, List.of());
  }
}
