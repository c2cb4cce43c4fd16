package dev.millrace.simulator.world;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.SplittableRandom;

/** Randomness that depends on the seed, a purpose and a number, and on nothing that ran before. */
final class Dice {
  private Dice() {}

  static SplittableRandom of(long seed, String purpose, long number) {
    return new SplittableRandom(ByteBuffer.wrap(secret(seed, purpose, number)).getLong());
  }

  /** 32 bytes. */
  static byte[] secret(long seed, String purpose, long number) {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      sha256.update(purpose.getBytes(StandardCharsets.UTF_8));
      return sha256.digest(ByteBuffer.allocate(16).putLong(seed).putLong(number).array());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
