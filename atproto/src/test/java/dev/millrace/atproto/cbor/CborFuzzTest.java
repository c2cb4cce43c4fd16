package dev.millrace.atproto.cbor;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.atproto.BadDataException;
import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Damaged blocks either decode and encode again to the identical bytes, or are bad data; no other
 * exception comes out, and every reader agrees.
 */
class CborFuzzTest {
  private static final long SEED = 42;
  private static final int ROUNDS = 200_000;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Random random = new Random(SEED);
  private final CborToJson cborToJson = new CborToJson();
  private int accepted;
  private int refused;

  @Test
  void shouldRoundTripOrRefuseWhateverComes() throws IOException {
    RandomValues values = new RandomValues(random);
    byte[][] seeds = new byte[200][];
    for (int i = 0; i < seeds.length; i++) {
      seeds[i] = DagCbor.encode(values.map(4));
    }
    for (int i = 0; i < ROUNDS; i++) {
      byte[] damaged = seeds[random.nextInt(seeds.length)];
      for (int k = random.nextInt(3); k >= 0; k--) {
        damaged = damage(damaged, seeds[random.nextInt(seeds.length)]);
      }
      check(damaged);
    }
    assertThat(accepted).isGreaterThan(ROUNDS / 100);
    assertThat(refused).isGreaterThan(ROUNDS / 10);
  }

  private byte[] damage(byte[] block, byte[] other) {
    int at = random.nextInt(block.length);
    return switch (random.nextInt(6)) {
      case 0 -> Arrays.copyOf(block, Math.max(1, at));
      case 1 -> splice(block, at, new byte[] {(byte) random.nextInt(256)}, at);
      case 2 -> splice(block, at, new byte[0], Math.min(block.length, at + 1 + random.nextInt(4)));
      case 3 -> splice(block, at, other, block.length);
      default -> {
        byte[] changed = block.clone();
        changed[at] =
            random.nextBoolean()
                ? (byte) (changed[at] ^ 1 << random.nextInt(8))
                : (byte) random.nextInt(256);
        yield changed;
      }
    };
  }

  private static byte[] splice(byte[] block, int from, byte[] middle, int to) {
    byte[] spliced = Arrays.copyOf(block, from + middle.length + block.length - to);
    System.arraycopy(middle, 0, spliced, from, middle.length);
    System.arraycopy(block, to, spliced, from + middle.length, block.length - to);
    return spliced.length == 0 ? new byte[1] : spliced;
  }

  private void check(byte[] damaged) throws IOException {
    boolean valid;
    try {
      assertThat(DagCbor.encode(DagCbor.decode(damaged))).isEqualTo(damaged);
      valid = true;
      accepted++;
    } catch (BadDataException e) {
      valid = false;
      refused++;
    }
    assertThat(converts(damaged)).isEqualTo(valid);
    assertThat(skips(damaged)).isEqualTo(valid);
  }

  private boolean converts(byte[] damaged) throws IOException {
    byte[] json;
    try {
      json = cborToJson.convert(damaged);
    } catch (BadDataException e) {
      return false;
    }
    assertThat(JSON.readTree(json)).isNotNull();
    return true;
  }

  private static boolean skips(byte[] damaged) {
    try {
      CborReader reader = new CborReader(damaged);
      reader.skip();
      reader.requireEnd();
      return true;
    } catch (BadDataException e) {
      return false;
    }
  }
}
