package dev.millrace.atproto.car;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.atproto.BadDataException;
import dev.millrace.atproto.cbor.DagCbor;
import dev.millrace.atproto.cid.Cid;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

final class CarReaderTest {
  private static final CarLimits LIMITS = new CarLimits(1 << 20, 1 << 17, 1_000, 1 << 16);

  private final Map<Cid, byte[]> blocks = blocks(40);
  private final Cid root = blocks.keySet().iterator().next();
  private final byte[] car = CarWriter.toBytes(root, blocks);

  @Test
  void shouldReadWhatWasWritten() {
    Car read = Car.read(car, LIMITS);
    assertThat(read.roots()).containsExactly(root);
    assertThat(read.blocks().asMap()).containsExactlyEntriesOf(blocks);
  }

  @Test
  void shouldReadAStreamThatComesInDribbles() throws IOException {
    InputStream dribble =
        new InputStream() {
          private int position;

          @Override
          public int read() {
            return position == car.length ? -1 : car[position++] & 0xFF;
          }

          @Override
          public int read(byte[] target, int offset, int length) {
            int next = read();
            if (next < 0) {
              return -1;
            }
            target[offset] = (byte) next;
            return 1;
          }
        };
    CarReader reader = new CarReader(dribble, LIMITS);
    int read = 0;
    while (reader.next()) {
      assertThat(reader.block()).isEqualTo(blocks.get(reader.cid()));
      read++;
    }
    assertThat(read).isEqualTo(blocks.size());
  }

  @Test
  void shouldCallEveryCutWithinABlockIncomplete() {
    int complete = 0;
    for (int length = 0; length < car.length; length++) {
      byte[] cut = Arrays.copyOf(car, length);
      if (isCutBetweenBlocks(length)) {
        Car.read(cut, LIMITS);
        complete++;
      } else {
        assertRefused("incomplete", () -> Car.read(cut, LIMITS));
      }
    }
    assertThat(complete).isEqualTo(blocks.size());
  }

  @Test
  void shouldRefuseEveryFlippedBitOfABlock() {
    Random random = new Random(5);
    int firstSection = car.length - sectionsLength();
    for (int i = firstSection; i < car.length; i += 1 + random.nextInt(97)) {
      byte[] flipped = car.clone();
      flipped[i] ^= (byte) (1 << random.nextInt(8));
      assertThatThrownBy(() -> Car.read(flipped, LIMITS)).isInstanceOf(BadDataException.class);
    }
  }

  @Test
  void shouldNameAWrongHash() {
    byte[] flipped = car.clone();
    flipped[flipped.length - 1] ^= 1;
    assertRefused("block-hash", () -> Car.read(flipped, LIMITS));
  }

  @Test
  void shouldKeepARepeatedBlockOnce() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    CarWriter writer = new CarWriter(out, root);
    for (int i = 0; i < 3; i++) {
      for (Map.Entry<Cid, byte[]> block : blocks.entrySet()) {
        writer.write(block.getKey(), block.getValue());
      }
    }
    assertThat(Car.read(out.toByteArray(), LIMITS).blocks().asMap()).hasSize(blocks.size());
  }

  @Test
  void shouldHoldEveryLimit() {
    int largest = blocks.values().stream().mapToInt(block -> block.length).max().orElseThrow();
    int count = blocks.size();
    Car.read(car, new CarLimits(car.length, largest, count, 0));
    assertRefused("too-big", () -> Car.read(car, new CarLimits(car.length - 1, largest, count, 0)));
    assertRefused("too-big", () -> Car.read(car, new CarLimits(car.length, largest - 1, count, 0)));
    assertRefused("too-big", () -> Car.read(car, new CarLimits(car.length, largest, count - 1, 0)));
  }

  @Test
  void shouldRefuseWhatIsNoCar() {
    assertRefused(
        "car", () -> Car.read("<html><body>503</body></html>".repeat(9).getBytes(UTF_8), LIMITS));
    assertRefused("incomplete", () -> Car.read(new byte[0], LIMITS));
    assertRefused("car", () -> Car.read(new byte[] {0}, LIMITS));
    assertRefused(
        "car", () -> Car.read(withHeader(Map.of("version", 1L, "roots", List.of())), LIMITS));
    assertRefused(
        "car", () -> Car.read(withHeader(Map.of("version", 2L, "roots", List.of(root))), LIMITS));
    assertRefused("car", () -> Car.read(withHeader(Map.of("version", 1L)), LIMITS));
    assertRefused("car", () -> Car.read(withHeader("roots"), LIMITS));
  }

  @Test
  void shouldRefuseALengthThatIsNotInItsShortestFormOrHasNoEnd() {
    byte[] header = Arrays.copyOf(car, car.length - sectionsLength());
    assertRefused("car", () -> Car.read(join(header, new byte[] {(byte) 0x85, 0}), LIMITS));
    assertRefused("car", () -> Car.read(join(header, new byte[] {0}), LIMITS));
    assertRefused("car", () -> Car.read(join(header, new byte[] {3, 1, 1, 1}), LIMITS));
    byte[] endless = new byte[12];
    Arrays.fill(endless, (byte) 0xFF);
    assertRefused("car", () -> Car.read(join(header, endless), LIMITS));
    byte[] huge = {-1, -1, -1, -1, -1, -1, -1, -1, 0x7F};
    assertRefused("too-big", () -> Car.read(join(header, huge), LIMITS));
    byte[] noCid = new byte[41];
    noCid[0] = 40;
    assertRefused("car", () -> Car.read(join(header, noCid), LIMITS));
  }

  @Test
  void shouldAnswerNoiseWithBadDataOnly() {
    Random random = new Random(20261122);
    for (int round = 0; round < 20_000; round++) {
      byte[] noise = car.clone();
      for (int edits = 1 + random.nextInt(8); edits > 0; edits--) {
        noise[random.nextInt(round % 2 == 0 ? 120 : noise.length)] = (byte) random.nextInt();
      }
      byte[] cut = Arrays.copyOf(noise, random.nextInt(noise.length));
      try {
        Car.read(cut, LIMITS)
            .blocks()
            .asMap()
            .forEach((cid, block) -> assertThat(cid.matches(block)).isTrue());
      } catch (BadDataException e) {
        assertThat(e.reason()).isIn("car", "cid", "block-hash", "too-big", "incomplete");
      }
    }
  }

  private boolean isCutBetweenBlocks(int length) {
    int boundary = car.length - sectionsLength();
    for (byte[] block : blocks.values()) {
      if (boundary == length) {
        return true;
      }
      boundary += sectionLength(block);
    }
    return false;
  }

  private int sectionsLength() {
    return blocks.values().stream().mapToInt(CarReaderTest::sectionLength).sum();
  }

  private static int sectionLength(byte[] block) {
    int length = 36 + block.length;
    return (length < 1 << 7 ? 1 : length < 1 << 14 ? 2 : 3) + length;
  }

  private static byte[] withHeader(Object header) {
    byte[] encoded = DagCbor.encode(header);
    return join(new byte[] {(byte) encoded.length}, encoded);
  }

  private static byte[] join(byte[] a, byte[] b) {
    byte[] joined = Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, joined, a.length, b.length);
    return joined;
  }

  private static Map<Cid, byte[]> blocks(int count) {
    Random random = new Random(count);
    Map<Cid, byte[]> blocks = new LinkedHashMap<>();
    for (int i = 0; i < count; i++) {
      byte[] block = new byte[i == 7 ? 20_000 : random.nextInt(400)];
      random.nextBytes(block);
      blocks.put(i % 2 == 0 ? Cid.dagCbor(block) : Cid.raw(block), block);
    }
    return blocks;
  }

  private static void assertRefused(String reason, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            BadDataException.class, e -> assertThat(e.reason()).isEqualTo(reason));
  }
}
