package dev.millrace.atproto.mst;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.atproto.SharedFixtures;
import dev.millrace.atproto.car.MapBlocks;
import dev.millrace.atproto.cid.Cid;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The protocol's own vectors for trees. */
final class MstVectorsTest {
  @Test
  void shouldFindTheLayerOfEveryKey() throws IOException {
    KeyLayers layers = new KeyLayers();
    JsonNode vectors = read("interop/mst/key_heights.json");
    assertThat(vectors).isNotEmpty();
    for (JsonNode vector : vectors) {
      assertThat(layers.of(vector.get("key").textValue()))
          .as(vector.get("key").textValue())
          .isEqualTo(vector.get("height").intValue());
    }
  }

  @Test
  void shouldFindTheCommonPrefix() throws IOException {
    JsonNode vectors = read("interop/mst/common_prefix.json");
    assertThat(vectors).isNotEmpty();
    for (JsonNode vector : vectors) {
      byte[] left = vector.get("left").textValue().getBytes(StandardCharsets.UTF_8);
      byte[] right = vector.get("right").textValue().getBytes(StandardCharsets.UTF_8);
      assertThat(MstNode.commonPrefix(left, left.length, right, right.length))
          .as(vector.toString())
          .isEqualTo(vector.get("len").intValue());
    }
  }

  @Test
  void shouldPutEveryExampleKeyIntoTheLayerItsNameSays() throws IOException {
    List<String> keys = Files.readAllLines(SharedFixtures.path("interop/mst/example_keys.txt"));
    KeyLayers layers = new KeyLayers();
    for (String key : keys) {
      assertThat(layers.of(key)).as(key).isEqualTo(key.charAt(1) - '0');
    }
    Cid value = Cid.dagCbor(new byte[] {(byte) 0xA0});
    MutableMst sorted = MutableMst.empty();
    keys.forEach(key -> sorted.put(key, value));
    List<String> shuffled = new ArrayList<>(keys);
    Collections.shuffle(shuffled, new Random(7));
    MutableMst other = MutableMst.empty();
    shuffled.forEach(key -> other.put(key, value));
    assertThat(other.root()).isEqualTo(sorted.root());
  }

  @TestFactory
  List<DynamicTest> shouldProveCommits() throws IOException {
    List<DynamicTest> tests = new ArrayList<>();
    for (JsonNode vector : read("interop/firehose/commit-proof-fixtures.json")) {
      tests.add(DynamicTest.dynamicTest(vector.get("comment").textValue(), () -> prove(vector)));
    }
    assertThat(tests).isNotEmpty();
    return tests;
  }

  private static void prove(JsonNode vector) {
    Cid value = Cid.parse(vector.get("leafValue").textValue());
    Cid before = Cid.parse(vector.get("rootBeforeCommit").textValue());
    Cid after = Cid.parse(vector.get("rootAfterCommit").textValue());
    List<String> adds = texts(vector.get("adds"));
    List<String> dels = texts(vector.get("dels"));
    List<String> touched = new ArrayList<>(adds);
    touched.addAll(dels);

    MutableMst tree = MutableMst.empty();
    texts(vector.get("keys")).forEach(key -> tree.put(key, value));
    assertThat(tree.root()).isEqualTo(before);
    tree.commitBlocks(List.of());
    adds.forEach(key -> assertThat(tree.put(key, value)).isNull());
    dels.forEach(key -> assertThat(tree.delete(key)).isEqualTo(value));
    assertThat(tree.root()).isEqualTo(after);

    Map<Cid, byte[]> carried = tree.commitBlocks(touched);
    List<Cid> needed = texts(vector.get("blocksInProof")).stream().map(Cid::parse).toList();
    assertThat(carried.keySet()).containsAll(needed);

    Map<Cid, byte[]> proof = new HashMap<>(carried);
    proof.keySet().retainAll(needed);
    MapBlocks source = new MapBlocks();
    source.putAll(proof);
    MutableMst inverted = MutableMst.load(source, after);
    dels.forEach(key -> assertThat(inverted.put(key, value)).isNull());
    adds.forEach(key -> assertThat(inverted.delete(key)).isEqualTo(value));
    assertThat(inverted.root()).isEqualTo(before);
  }

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(text -> texts.add(text.textValue()));
    return texts;
  }

  private static JsonNode read(String fixture) throws IOException {
    return new ObjectMapper().readTree(SharedFixtures.path(fixture).toFile());
  }
}
