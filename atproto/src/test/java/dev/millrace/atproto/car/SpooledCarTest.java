package dev.millrace.atproto.car;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.atproto.BadDataException;
import dev.millrace.atproto.cid.Cid;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SpooledCarTest {
  @TempDir private Path folder;

  private final Map<Cid, byte[]> blocks = blocks(5_000);
  private final byte[] car = CarWriter.toBytes(blocks.keySet().iterator().next(), blocks);

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 100, 300_000, 100_000_000})
  void shouldFindEveryBlockWhereverItLies(int memoryBytes) throws IOException {
    try (SpooledCar spooled = read(doubled(), memoryBytes)) {
      assertThat(spooled.isSpooled()).isEqualTo(memoryBytes < 100_000_000);
      assertThat(spooled.blockCount()).isEqualTo(blocks.size());
      assertThat(spooled.blockBytes())
          .isEqualTo(blocks.values().stream().mapToLong(block -> block.length).sum());
      for (Map.Entry<Cid, byte[]> block : blocks.entrySet()) {
        assertThat(spooled.contains(block.getKey())).isTrue();
        assertThat(spooled.get(block.getKey())).isEqualTo(block.getValue());
      }
      for (Cid absent : blocks(5_100).keySet()) {
        assertThat(spooled.contains(absent)).isEqualTo(blocks.containsKey(absent));
        assertThat(spooled.get(absent)).isEqualTo(blocks.get(absent));
      }
      assertThat(spooled.get(Cid.dagCbor(new byte[] {1, 2, 3}))).isNull();
    }
    assertThat(filesLeft()).isZero();
  }

  @Test
  void shouldLeaveNoFileBehindWhenTheBodyIsBad() throws IOException {
    byte[] cut = Arrays.copyOf(car, car.length - 1);
    assertThatThrownBy(() -> read(cut, 1_000))
        .isInstanceOfSatisfying(
            BadDataException.class, e -> assertThat(e.reason()).isEqualTo("incomplete"));
    assertThat(filesLeft()).isZero();
  }

  @Test
  void shouldTellAFailingStreamFromAFailingDisk() throws IOException {
    InputStream closed = InputStream.nullInputStream();
    closed.close();
    InputStream failing =
        new SequenceInputStream(new ByteArrayInputStream(car, 0, car.length / 2), closed);
    CarLimits limits = new CarLimits(1 << 30, 1 << 20, 1 << 20, 1_000);
    assertThatThrownBy(() -> SpooledCar.read(failing, limits, folder))
        .isInstanceOf(IOException.class)
        .hasMessage("Stream closed");
    assertThat(filesLeft()).isZero();

    Path noFolder = Files.createFile(folder.resolve("file"));
    assertThatThrownBy(
            () -> SpooledCar.read(new ByteArrayInputStream(car), limits, noFolder.resolve("x")))
        .isInstanceOf(UncheckedIOException.class);
  }

  private SpooledCar read(byte[] body, int memoryBytes) throws IOException {
    CarLimits limits = new CarLimits(1 << 30, 1 << 20, 1 << 20, memoryBytes);
    return SpooledCar.read(new ByteArrayInputStream(body), limits, folder.resolve("spool"));
  }

  /** Every block twice. */
  private byte[] doubled() {
    int header = car.length - sections();
    byte[] doubled = Arrays.copyOf(car, car.length + sections());
    System.arraycopy(car, header, doubled, car.length, sections());
    return doubled;
  }

  private int sections() {
    byte[] nothing = CarWriter.toBytes(blocks.keySet().iterator().next(), Map.of());
    return car.length - nothing.length;
  }

  private long filesLeft() throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).count();
    }
  }

  private static Map<Cid, byte[]> blocks(int count) {
    Random random = new Random(11);
    Map<Cid, byte[]> blocks = new LinkedHashMap<>();
    for (int i = 0; i < count; i++) {
      byte[] block = new byte[i % 500 == 7 ? random.nextInt(600_000) : random.nextInt(2_000)];
      random.nextBytes(block);
      blocks.put(Cid.dagCbor(block), block);
    }
    return blocks;
  }
}
