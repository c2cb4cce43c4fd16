package dev.millrace.atproto.fuzz;

import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/** Damages inputs, as a broken disk would and as somebody with bad intent would. */
final class Mutator {
  /** Ends of ranges, CBOR's heads with lengths that nobody has, LEB128 that does not end. */
  private static final List<byte[]> NASTY =
      List.of(
          bytes(0x00),
          bytes(0x7F),
          bytes(0x80),
          bytes(0xFF),
          bytes(0x9F),
          bytes(0xBF),
          bytes(0x5F),
          bytes(0xF6),
          bytes(0x3B, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF),
          bytes(0x1B, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF),
          bytes(0x5A, 0x7F, 0xFF, 0xFF, 0xFF),
          bytes(0x7A, 0x7F, 0xFF, 0xFF, 0xFF),
          bytes(0x9A, 0x7F, 0xFF, 0xFF, 0xFF),
          bytes(0xBA, 0x7F, 0xFF, 0xFF, 0xFF),
          bytes(0x9B, 0x00, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00, 0x00),
          bytes(0xD8, 0x2A, 0x58, 0x25, 0x00),
          bytes(0xFB, 0x7F, 0xF0, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00),
          bytes(0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01),
          bytes(0xFF, 0xFF, 0xFF, 0xFF, 0x07),
          bytes(0xED, 0xA0, 0x80),
          bytes(0xF4, 0x90, 0x80, 0x80),
          bytes('"', '}', ',', '{', '"'),
          bytes('[', '[', '[', '['),
          bytes('\\', 'u', 'D', '8', '0', '0'),
          bytes('1', 'e', '9', '9', '9', '9', '9'));

  private static final int MOST_BYTES = 256 << 10;

  private final RandomGenerator random;
  private final List<byte[]> seeds;

  Mutator(RandomGenerator random, List<byte[]> seeds) {
    this.random = random;
    this.seeds = seeds;
  }

  /** One of the seeds with a few wounds. */
  byte[] next() {
    byte[] input = seeds.get(random.nextInt(seeds.size()));
    for (int wounds = 1 + random.nextInt(random.nextInt(8) == 0 ? 16 : 3); wounds > 0; wounds--) {
      input = wound(input);
    }
    return input;
  }

  private byte[] wound(byte[] input) {
    int at = random.nextInt(input.length + 1);
    int to = Math.min(input.length, at + 1 + random.nextInt(1 << random.nextInt(10)));
    return switch (random.nextInt(10)) {
      case 0 -> Arrays.copyOf(input, at);
      case 1 -> splice(input, at, NASTY.get(random.nextInt(NASTY.size())), at);
      case 2 -> {
        byte[] nasty = NASTY.get(random.nextInt(NASTY.size()));
        yield splice(input, at, nasty, Math.min(input.length, at + nasty.length));
      }
      case 3 -> splice(input, at, new byte[0], to);
      case 4 -> splice(input, at, Arrays.copyOfRange(input, at, to), at);
      case 5 -> splice(input, at, another(), to);
      case 6 -> splice(input, at, repeated(input, at, to), to);
      default -> flip(input, at);
    };
  }

  private byte[] flip(byte[] input, int at) {
    if (at == input.length) {
      return splice(input, at, bytes(random.nextInt(256)), at);
    }
    byte[] flipped = input.clone();
    flipped[at] =
        (byte) (random.nextBoolean() ? flipped[at] ^ 1 << random.nextInt(8) : random.nextInt(256));
    return flipped;
  }

  /** A piece of another seed. */
  private byte[] another() {
    byte[] other = seeds.get(random.nextInt(seeds.size()));
    int from = random.nextInt(other.length + 1);
    return Arrays.copyOfRange(
        other, from, Math.min(other.length, from + 1 + random.nextInt(1 << random.nextInt(12))));
  }

  /** Very deep, or very many. */
  private byte[] repeated(byte[] input, int at, int to) {
    byte[] piece =
        random.nextBoolean()
            ? NASTY.get(random.nextInt(NASTY.size()))
            : Arrays.copyOfRange(input, at, Math.min(to, at + 8));
    int times = 1 << random.nextInt(13);
    byte[] repeated = new byte[Math.min(MOST_BYTES, piece.length * times)];
    for (int i = 0; i < repeated.length; i++) {
      repeated[i] = piece[i % piece.length];
    }
    return repeated;
  }

  private static byte[] splice(byte[] input, int from, byte[] middle, int to) {
    if (input.length - (to - from) + middle.length > MOST_BYTES) {
      return input;
    }
    byte[] spliced = new byte[from + middle.length + input.length - to];
    System.arraycopy(input, 0, spliced, 0, from);
    System.arraycopy(middle, 0, spliced, from, middle.length);
    System.arraycopy(input, to, spliced, from + middle.length, input.length - to);
    return spliced;
  }

  private static byte[] bytes(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return bytes;
  }
}
