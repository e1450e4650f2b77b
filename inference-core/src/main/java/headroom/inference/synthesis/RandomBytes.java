package headroom.inference.synthesis;

import java.nio.ByteBuffer;

/**
 * Seeded random bytes at memory speed: SplitMix64 (Steele, Lea and Flood 2014, <a
 * href="https://doi.org/10.1145/2660193.2660195">doi 10.1145/2660193.2660195</a>; constants from <a
 * href="https://prng.di.unimi.it/splitmix64.c">splitmix64.c</a>). Written out here because the same
 * seed must give the same file on every JDK.
 */
final class RandomBytes {
  private long state;

  RandomBytes(long seed) {
    state = seed;
  }

  /**
   * Fills a buffer, eight bytes at a time.
   *
   * @param buffer little-endian, its capacity a multiple of 8
   * @param keep bits of each eight bytes that stay random
   * @param set bits of each eight bytes that are set
   */
  void fill(ByteBuffer buffer, long keep, long set) {
    for (int at = 0; at < buffer.capacity(); at += Long.BYTES) {
      buffer.putLong(at, (next() & keep) | set);
    }
  }

  private long next() {
    state += 0x9E3779B97F4A7C15L;
    long z = state;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
