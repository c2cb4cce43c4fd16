package dev.millrace.atproto.mst;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.atproto.BadDataException;
import dev.millrace.atproto.car.MapBlocks;
import dev.millrace.atproto.cid.Cid;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class MutableMstTest {
  private static final Cid EMPTY_ROOT =
      Cid.parse("bafyreie5737gdxlw5i64vzichcalba3z2v5n6icifvx5xytvske7mr3hpm");

  private final Random random = new Random(20261122);

  @Test
  void shouldGiveTheEmptyTreeItsKnownRoot() {
    assertThat(MutableMst.empty().root()).isEqualTo(EMPTY_ROOT);
  }

  @Test
  void shouldEndAtTheSameRootWhateverTheOrderOfChanges() {
    for (int round = 0; round < 40; round++) {
      Map<String, Cid> truth = new TreeMap<>();
      MutableMst tree = MutableMst.empty();
      for (int change = 0; change < 400; change++) {
        String key = key(random.nextInt(150));
        if (random.nextInt(3) > 0) {
          Cid value = value(random.nextInt());
          assertThat(tree.put(key, value)).isEqualTo(truth.put(key, value));
        } else {
          assertThat(tree.delete(key)).isEqualTo(truth.remove(key));
        }
        assertThat(tree.get(key)).isEqualTo(truth.get(key));
      }
      assertThat(entries(tree)).containsExactlyEntriesOf(truth);
      assertThat(tree.root()).isEqualTo(builtAnew(truth).root());
    }
  }

  @Test
  void shouldEndEmptyWhenEveryKeyIsDeleted() {
    MutableMst tree = MutableMst.empty();
    List<String> keys = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      keys.add(key(i));
      tree.put(key(i), value(i));
    }
    Collections.shuffle(keys, random);
    keys.forEach(tree::delete);
    assertThat(tree.root()).isEqualTo(EMPTY_ROOT);
  }

  @Test
  void shouldReadBackTheBlocksItWrote() {
    MutableMst tree = MutableMst.empty();
    for (int i = 0; i < 3_000; i++) {
      tree.put(key(i), value(i));
    }
    MapBlocks blocks = new MapBlocks();
    tree.forEachBlock(
        (cid, block) -> {
          assertThat(cid.matches(block)).isTrue();
          blocks.put(cid, block);
        });
    MutableMst read = MutableMst.load(blocks, tree.root());
    assertThat(entries(read)).isEqualTo(entries(tree));
    read.put(key(3_000), value(1));
    read.delete(key(3_000));
    assertThat(read.root()).isEqualTo(tree.root());
  }

  @Test
  void shouldCarryBlocksThatSufficeToGoOnAndToGoBack() {
    MapBlocks follower = new MapBlocks();
    MutableMst tree = MutableMst.empty();
    for (int i = 0; i < 1_000; i += 2) {
      tree.put(key(i), value(i));
    }
    tree.forEachBlock(follower::put);
    tree.commitBlocks(List.of());
    for (int commit = 0; commit < 300; commit++) {
      Cid rootBefore = tree.root();
      Map<String, Cid> before = new LinkedHashMap<>();
      for (int op = random.nextInt(12); op >= 0; op--) {
        String key = key(random.nextInt(1_000));
        if (before.containsKey(key)) {
          continue;
        }
        before.put(
            key, random.nextBoolean() ? tree.put(key, value(random.nextInt())) : tree.delete(key));
      }
      MapBlocks carried = new MapBlocks();
      carried.putAll(tree.commitBlocks(before.keySet()));

      MutableMst inverted = MutableMst.load(carried, tree.root());
      List<String> backwards = new ArrayList<>(before.keySet());
      Collections.shuffle(backwards, random);
      for (String key : backwards) {
        Cid old = before.get(key);
        if (old == null) {
          inverted.delete(key);
        } else {
          inverted.put(key, old);
        }
      }
      assertThat(inverted.root()).isEqualTo(rootBefore);

      follower.putAll(carried.asMap());
      assertThat(entries(MutableMst.load(follower, tree.root()))).isEqualTo(entries(tree));
    }
  }

  @Test
  void shouldMissANodeOnlyWhenItIsNeeded() {
    MutableMst tree = MutableMst.empty();
    for (int i = 0; i < 200; i++) {
      tree.put(key(i), value(i));
    }
    MapBlocks proof = new MapBlocks();
    proof.putAll(tree.proof(List.of(key(17))));
    MutableMst partial = MutableMst.load(proof, tree.root());
    assertThat(partial.get(key(17))).isEqualTo(value(17));
    assertThat(partial.root()).isEqualTo(tree.root());
    assertThatThrownBy(() -> entries(partial))
        .isInstanceOfSatisfying(
            BadDataException.class, e -> assertThat(e.reason()).isEqualTo("incomplete"));
  }

  private static MutableMst builtAnew(Map<String, Cid> entries) {
    MutableMst tree = MutableMst.empty();
    entries.forEach(tree::put);
    return tree;
  }

  private static Map<String, Cid> entries(MutableMst tree) {
    Map<String, Cid> entries = new LinkedHashMap<>();
    tree.forEachEntry(entries::put);
    return entries;
  }

  private static String key(int i) {
    return "com.example.record/" + Integer.toString(i * 7919, 36);
  }

  private static Cid value(int i) {
    return Cid.dagCbor(
        new byte[] {0x1A, (byte) (i >> 24), (byte) (i >> 16), (byte) (i >> 8), (byte) i});
  }
}
