package headroom.inference.kvcache;

import headroom.inference.codec.LittleEndian;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * At most 32 numbers in two bits each: f16 scale, f16 zero point, 8 bytes of four codes, the first
 * in the low bits; x = scale · code + zero ({@code Q(X)} of section 3, KIVI, arXiv 2402.02750).
 */
final class TwoBitGroup {
  static final int SIZE = 32;
  static final int BYTES = 12;

  private TwoBitGroup() {}

  /**
   * Encodes {@code count} numbers that lie {@code stride} apart.
   *
   * @throws IllegalArgumentException where one is no finite number
   */
  static void encode(float[] x, int at, int stride, int count, MemorySegment dst, long offset) {
    float least = Float.POSITIVE_INFINITY;
    float most = Float.NEGATIVE_INFINITY;
    for (int i = 0; i < count; i++) {
      float value = x[at + i * stride];
      if (!Float.isFinite(value)) {
        throw new IllegalArgumentException(
            "a key or value is %s; a cache of 2 bits stores finite numbers only".formatted(value));
      }
      least = Math.min(least, value);
      most = Math.max(most, value);
    }
    float scale = (most - least) / 3; // 2^2 - 1 steps
    dst.set(LittleEndian.SHORT, offset, Float.floatToFloat16(scale));
    dst.set(LittleEndian.SHORT, offset + 2, Float.floatToFloat16(least));
    long codes = 0;
    for (int i = 0; i < count; i++) {
      float scaled = scale > 0 ? (x[at + i * stride] - least) / scale : 0;
      codes |= (long) Math.clamp((int) Math.rint(scaled), 0, 3) << 2 * i;
    }
    dst.set(LittleEndian.INT, offset + 4, (int) codes);
    dst.set(LittleEndian.INT, offset + 8, (int) (codes >>> 32));
  }

  /** The number at {@code index}. */
  static float decode(MemorySegment src, long offset, int index) {
    int code = src.get(ValueLayout.JAVA_BYTE, offset + 4 + index / 4) >> 2 * (index % 4) & 3;
    return LittleEndian.f16(src, offset) * code + LittleEndian.f16(src, offset + 2);
  }

  /** The first {@code count} numbers. */
  static void decode(MemorySegment src, long offset, int count, float[] dst, int dstOffset) {
    float scale = LittleEndian.f16(src, offset);
    float zero = LittleEndian.f16(src, offset + 2);
    for (int i = 0; i < count; i++) {
      int code = src.get(ValueLayout.JAVA_BYTE, offset + 4 + i / 4) >> 2 * (i % 4) & 3;
      dst[dstOffset + i] = scale * code + zero;
    }
  }
}
