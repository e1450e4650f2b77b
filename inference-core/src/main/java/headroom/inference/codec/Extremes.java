package headroom.inference.codec;

/** What encoders ask of the values of one block, and how they round. */
final class Extremes {
  private Extremes() {}

  /** The largest |x|, 0 for a block of zeros. */
  static float largestMagnitude(float[] x, int offset, int count) {
    return Math.abs(furthestFromZero(x, offset, count));
  }

  /** The first x of largest magnitude, with its sign. */
  static float furthestFromZero(float[] x, int offset, int count) {
    float furthest = 0;
    for (int i = 0; i < count; i++) {
      if (Math.abs(furthest) < Math.abs(x[offset + i])) {
        furthest = x[offset + i];
      }
    }
    return furthest;
  }

  static float smallest(float[] x, int offset, int count) {
    float smallest = Float.MAX_VALUE;
    for (int i = 0; i < count; i++) {
      smallest = Math.min(smallest, x[offset + i]);
    }
    return smallest;
  }

  static float largest(float[] x, int offset, int count) {
    float largest = -Float.MAX_VALUE;
    for (int i = 0; i < count; i++) {
      largest = Math.max(largest, x[offset + i]);
    }
    return largest;
  }

  /**
   * Below this largest magnitude the K and IQ4 formats store zeros: {@code GROUP_MAX_EPS} of
   * ggml-quants.c.
   */
  static final float NOTHING = 1e-15f;

  /** 1/d, or 0 where the block is all zeros. */
  static float inverse(float d) {
    return d == 0 ? 0 : 1 / d;
  }

  /** To the nearest integer, halves to even, as {@code nearest_int} of ggml-quants.c. */
  static int nearest(float x) {
    return (int) Math.rint(x);
  }

  /** To the nearest integer, halves away from zero, as C's {@code roundf}. */
  static int round(float x) {
    return (int) (x + Math.copySign(0.5, x));
  }
}
