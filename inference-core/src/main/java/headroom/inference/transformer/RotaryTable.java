package headroom.inference.transformer;

import headroom.inference.kernel.RotaryStyle;

/**
 * Rotations by position.
 *
 * @param style which elements form a pair
 * @param frequencies radians per position, [pairs]
 * @param magnitude what cosines and sines are multiplied by
 */
record RotaryTable(RotaryStyle style, double[] frequencies, float magnitude) {
  int pairs() {
    return frequencies.length;
  }

  /** Writes [pairs] cosines and sines of one position from {@code offset} on. */
  void fill(int position, float[] cosines, float[] sines, int offset) {
    for (int i = 0; i < frequencies.length; i++) {
      double angle = position * frequencies[i];
      cosines[offset + i] = (float) Math.cos(angle) * magnitude;
      sines[offset + i] = (float) Math.sin(angle) * magnitude;
    }
  }
}
