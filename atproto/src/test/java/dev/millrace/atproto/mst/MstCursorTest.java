package dev.millrace.atproto.mst;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.atproto.BadDataException;
import dev.millrace.atproto.car.BlockSource;
import dev.millrace.atproto.car.MapBlocks;
import dev.millrace.atproto.cbor.CborWriter;
import dev.millrace.atproto.cid.Cid;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class MstCursorTest {
  private static final Cid VALUE = Cid.dagCbor(new byte[] {(byte) 0xA0});

  private final MapBlocks blocks = new MapBlocks();
  private final KeyLayers layers = new KeyLayers();

  @Test
  void shouldWalkEveryTreeThatIsBuiltAndGoOnAnywhere() {
    Random random = new Random(3);
    for (int size : new int[] {0, 1, 2, 3, 10, 100, 2_000}) {
      MutableMst tree = MutableMst.empty();
      for (int i = 0; i < size; i++) {
        tree.put("com.example.r" + i % 3 + "/" + random.nextInt(1_000_000), VALUE);
      }
      tree.forEachBlock(blocks::put);
      Map<String, Cid> expected = new LinkedHashMap<>();
      tree.forEachEntry(expected::put);
      List<String> walked = new ArrayList<>();
      assertThat(MstReader.walk(blocks, tree.root(), (key, value) -> walked.add(key)))
          .isEqualTo(expected.size());
      assertThat(walked).containsExactlyElementsOf(expected.keySet());
      for (int i = 0; i < walked.size(); i += 1 + walked.size() / 50) {
        MstCursor cursor = new MstCursor(blocks, tree.root(), walked.get(i));
        for (int j = i + 1; j < walked.size(); j++) {
          assertThat(cursor.next()).isTrue();
          assertThat(cursor.key()).isEqualTo(walked.get(j));
        }
        assertThat(cursor.next()).isFalse();
      }
    }
  }

  @Test
  void shouldMissEveryNodeThatIsNotThere() {
    MutableMst tree = MutableMst.empty();
    for (int i = 0; i < 200; i++) {
      tree.put("com.example.record/" + i, VALUE);
    }
    Map<Cid, byte[]> all = new HashMap<>();
    tree.forEachBlock(all::put);
    for (Cid missing : all.keySet()) {
      assertBad(
          "incomplete", () -> walk(cid -> cid.equals(missing) ? null : all.get(cid), tree.root()));
    }
  }

  @Test
  void shouldAcceptAHandmadeTree() {
    Cid leaf = node(null, entry(0, key(0, 0), null));
    Cid gap = node(leaf);
    Cid root = node(gap, entry(0, key(2, 1), null));
    assertThat(MstReader.walk(blocks, root, (key, value) -> {})).isEqualTo(2);
  }

  @Test
  void shouldRefuseKeysThatDoNotRise() {
    String first = key(0, 0);
    String second = key(0, 1);
    refuse(node(null, entry(0, second, null), entry(0, first, null)));
    refuse(node(null, entry(0, first, null), entry(first.length(), "", null)));
    Cid tooHigh = node(null, entry(0, key(0, 5), null));
    Cid tooLow = node(null, entry(0, key(0, 1), null));
    refuse(node(tooHigh, entry(0, key(1, 3), null)));
    refuse(node(null, entry(0, key(1, 3), tooLow)));
  }

  @Test
  void shouldRefuseALayerThatDoesNotFit() {
    refuse(node(null, entry(0, key(0, 0), null), compressed(key(0, 0), key(1, 1), null)));
    Cid leaf = node(null, entry(0, key(0, 0), null));
    refuse(node(leaf, entry(0, key(2, 1), null)));
    Cid sameLayer = node(null, entry(0, key(1, 0), null));
    refuse(node(sameLayer, entry(0, key(1, 1), null)));
    refuse(node(leaf, entry(0, key(0, 1), null)));
  }

  @Test
  void shouldRefuseNodesThatShouldNotBe() {
    Cid empty = node(null);
    assertThat(MstReader.walk(blocks, empty, (key, value) -> {})).isZero();
    refuse(node(empty, entry(0, key(1, 0), null)));
    refuse(node(null, entry(0, key(1, 0), empty)));
    Cid leaf = node(null, entry(0, key(0, 0), null));
    refuse(node(leaf));
    refuse(node(node(node(empty)), entry(0, key(3, 1), null)));
  }

  @Test
  void shouldRefuseAPrefixThatIsNotMinimalOrTooLong() {
    String first = key(0, 0);
    String second = key(0, 1);
    int shared = MstNode.commonPrefix(bytes(first), first.length(), bytes(second), second.length());
    assertThat(
            MstReader.walk(
                blocks,
                node(null, entry(0, first, null), compressed(first, second, null)),
                (k, v) -> {}))
        .isEqualTo(2);
    refuse(
        node(null, entry(0, first, null), entry(shared - 1, second.substring(shared - 1), null)));
    refuse(node(null, entry(0, first, null), entry(first.length() + 1, second, null)));
    refuse(node(null, entry(1, first, null)));
    refuse(node(null, entry(-1, first, null)));
  }

  @Test
  void shouldRefuseKeysThatAreNoRepoPaths() {
    for (String key :
        List.of(
            "a",
            "com.example.record",
            "com.example.record/",
            "/a",
            "com/a",
            "com.example.record/a/b",
            "com.example.record/ä",
            "com.example.record/a b",
            "com.example.record/..",
            "com.example.record/a\u0000")) {
      refuse(node(null, entry(0, key, null)));
    }
    refuse(node(null, entry(0, "com.example.record/" + "a".repeat(513), null)));
    refuse(node(null, entry(0, "a".repeat(10_000), null)));
  }

  @Test
  void shouldRefuseOtherFieldsAndLinks() {
    refuse(block(new CborWriter().map(1).text("e").array(0)));
    refuse(block(new CborWriter().map(3).text("e").array(0).text("l").nil().text("x").nil()));
    refuse(block(new CborWriter().map(2).text("e").array(0).text("x").nil()));
    refuse(block(new CborWriter().array(0)));
    Cid raw = Cid.raw(new byte[] {1});
    refuse(block(new CborWriter().map(2).text("e").array(0).text("l").link(raw)));
    refuse(block(new CborWriter().map(2).text("e").array(0).text("l").nil().nil()));
  }

  @Test
  void shouldAnswerNoiseWithBadDataOnly() {
    Random random = new Random(20261122);
    MutableMst tree = MutableMst.empty();
    for (int i = 0; i < 60; i++) {
      tree.put("com.example.record/" + i, VALUE);
    }
    Map<Cid, byte[]> all = new HashMap<>();
    tree.forEachBlock(all::put);
    List<Cid> cids = new ArrayList<>(all.keySet());
    for (int round = 0; round < 20_000; round++) {
      Cid target = cids.get(random.nextInt(cids.size()));
      byte[] noise = all.getOrDefault(target, new byte[1]).clone();
      for (int edits = 1 + random.nextInt(3); edits > 0; edits--) {
        noise[random.nextInt(noise.length)] ^= (byte) (1 << random.nextInt(8));
      }
      try {
        walk(cid -> cid.equals(target) ? noise : all.get(cid), tree.root());
      } catch (BadDataException e) {
        assertThat(e.reason()).isIn("mst", "cbor", "cid", "incomplete");
      }
    }
  }

  /** A key of a layer; by place, keys of any layer sort alike. */
  private String key(int layer, int place) {
    for (int i = 0; ; i++) {
      String key = "com.example.record/" + place + "-" + i;
      if (layers.of(key) == layer) {
        return key;
      }
    }
  }

  private record Entry(int prefix, String suffix, @Nullable Cid after) {}

  private static Entry entry(int prefix, String suffix, @Nullable Cid after) {
    return new Entry(prefix, suffix, after);
  }

  private static Entry compressed(String before, String key, @Nullable Cid after) {
    int prefix = MstNode.commonPrefix(bytes(before), before.length(), bytes(key), key.length());
    return entry(prefix, key.substring(prefix), after);
  }

  private Cid node(@Nullable Cid left, Entry... entries) {
    CborWriter out = new CborWriter().map(2).text("e").array(entries.length);
    for (Entry entry : entries) {
      out.map(4).text("k").bytes(bytes(entry.suffix)).text("p").integer(entry.prefix).text("t");
      link(out, entry.after).text("v").link(VALUE);
    }
    return block(link(out.text("l"), left));
  }

  private static CborWriter link(CborWriter out, @Nullable Cid cid) {
    return cid == null ? out.nil() : out.link(cid);
  }

  private Cid block(CborWriter written) {
    byte[] block = written.toBytes();
    Cid cid = Cid.dagCbor(block);
    blocks.put(cid, block);
    return cid;
  }

  private void refuse(Cid root) {
    assertThatThrownBy(() -> walk(blocks, root))
        .isInstanceOfSatisfying(
            BadDataException.class, e -> assertThat(e.reason()).isIn("mst", "cbor"));
  }

  private static void walk(BlockSource source, Cid root) {
    MstReader.walk(source, root, (key, value) -> {});
  }

  private static void assertBad(String reason, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            BadDataException.class, e -> assertThat(e.reason()).isEqualTo(reason));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
