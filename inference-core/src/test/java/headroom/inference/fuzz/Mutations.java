package headroom.inference.fuzz;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.SplittableRandom;

/** Damages bytes, the way files are damaged and the way somebody would who means harm. */
final class Mutations {
  private static final long[] NUMBERS = {
    0,
    1,
    -1,
    2,
    3,
    7,
    31,
    255,
    65_535,
    1L << 20,
    Integer.MAX_VALUE,
    1L << 31,
    0xFFFFFFFFL,
    1L << 32,
    1L << 40,
    1L << 62,
    Long.MAX_VALUE,
    Long.MIN_VALUE
  };

  private final SplittableRandom random;

  Mutations(long seed) {
    random = new SplittableRandom(seed);
  }

  /** A copy with one to four damages before {@code end}. */
  byte[] of(byte[] bytes, int end) {
    byte[] damaged = bytes.clone();
    for (int left = random.nextInt(1, 5); left > 0 && damaged.length > 16; left--) {
      damaged = once(damaged, Math.min(end, damaged.length));
    }
    return damaged;
  }

  private byte[] once(byte[] bytes, int end) {
    int at = random.nextInt(end);
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    switch (random.nextInt(8)) {
      case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
      case 1 -> bytes[at] = (byte) random.nextInt(256);
      case 2 -> {
        if (at + 4 <= end) {
          buffer.putInt(at, (int) number());
        }
      }
      case 3 -> {
        if (at + 8 <= end) {
          buffer.putLong(at, number());
        }
      }
      case 4 -> {
        return Arrays.copyOf(bytes, random.nextInt(bytes.length));
      }
      case 5 -> {
        int size = Math.min(random.nextInt(1, 64), end - at);
        System.arraycopy(bytes, at, bytes, random.nextInt(end - size + 1), size);
      }
      case 6 -> {
        int size = Math.min(random.nextInt(1, 16), end - at);
        System.arraycopy(bytes, at + size, bytes, at, bytes.length - at - size);
      }
      default -> {
        if (at + 4 <= end) {
          buffer.putInt(at, buffer.getInt(at) + random.nextInt(-3, 4));
        }
      }
    }
    return bytes;
  }

  private long number() {
    return NUMBERS[random.nextInt(NUMBERS.length)];
  }
}
