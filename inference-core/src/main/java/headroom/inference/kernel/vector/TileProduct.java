package headroom.inference.kernel.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Decoded rows times many tokens. Three rows by four tokens are summed in twelve registers, which
 * with three rows and one token in flight fill the sixteen that AVX2 has.
 */
final class TileProduct {
  private TileProduct() {}

  /**
   * out[t, firstRow + r] = tile[r] · x[t].
   *
   * @param tile [count, columns]
   * @param x [tokens, columns]
   * @param out [tokens, stride]
   */
  static void multiply(
      float[] tile,
      int count,
      float[] x,
      int tokens,
      int columns,
      float[] out,
      int stride,
      int firstRow) {
    int fullTokens = tokens - tokens % 4;
    int fullRows = count - count % 3;
    for (int t = 0; t < fullTokens; t += 4) {
      for (int r = 0; r < fullRows; r += 3) {
        threeByFour(
            tile, r * columns, x, t * columns, columns, out, t * stride + firstRow + r, stride);
      }
      for (int r = fullRows; r < count; r++) {
        for (int k = t; k < t + 4; k++) {
          out[k * stride + firstRow + r] = ArrayDot.dot(tile, r * columns, x, k * columns, columns);
        }
      }
    }
    for (int t = fullTokens; t < tokens; t++) {
      for (int r = 0; r < count; r++) {
        out[t * stride + firstRow + r] = ArrayDot.dot(tile, r * columns, x, t * columns, columns);
      }
    }
  }

  private static void threeByFour(
      float[] w, int wAt, float[] x, int xAt, int columns, float[] out, int outAt, int stride) {
    FloatVector a0 = Wide.zero();
    FloatVector a1 = Wide.zero();
    FloatVector a2 = Wide.zero();
    FloatVector a3 = Wide.zero();
    FloatVector b0 = Wide.zero();
    FloatVector b1 = Wide.zero();
    FloatVector b2 = Wide.zero();
    FloatVector b3 = Wide.zero();
    FloatVector c0 = Wide.zero();
    FloatVector c1 = Wide.zero();
    FloatVector c2 = Wide.zero();
    FloatVector c3 = Wide.zero();
    int full = columns - columns % Wide.LANES;
    for (int i = 0; i < full; i += Wide.LANES) {
      FloatVector a = Wide.load(w, wAt + i);
      FloatVector b = Wide.load(w, wAt + columns + i);
      FloatVector c = Wide.load(w, wAt + 2 * columns + i);
      FloatVector v = Wide.load(x, xAt + i);
      a0 = a.fma(v, a0);
      b0 = b.fma(v, b0);
      c0 = c.fma(v, c0);
      v = Wide.load(x, xAt + columns + i);
      a1 = a.fma(v, a1);
      b1 = b.fma(v, b1);
      c1 = c.fma(v, c1);
      v = Wide.load(x, xAt + 2 * columns + i);
      a2 = a.fma(v, a2);
      b2 = b.fma(v, b2);
      c2 = c.fma(v, c2);
      v = Wide.load(x, xAt + 3 * columns + i);
      a3 = a.fma(v, a3);
      b3 = b.fma(v, b3);
      c3 = c.fma(v, c3);
    }
    row(a0, b0, c0, out, outAt);
    row(a1, b1, c1, out, outAt + stride);
    row(a2, b2, c2, out, outAt + 2 * stride);
    row(a3, b3, c3, out, outAt + 3 * stride);
    for (int i = full; i < columns; i++) {
      for (int t = 0; t < 4; t++) {
        float v = x[xAt + t * columns + i];
        out[outAt + t * stride] += w[wAt + i] * v;
        out[outAt + t * stride + 1] += w[wAt + columns + i] * v;
        out[outAt + t * stride + 2] += w[wAt + 2 * columns + i] * v;
      }
    }
  }

  private static void row(FloatVector a, FloatVector b, FloatVector c, float[] out, int at) {
    out[at] = a.reduceLanes(VectorOperators.ADD);
    out[at + 1] = b.reduceLanes(VectorOperators.ADD);
    out[at + 2] = c.reduceLanes(VectorOperators.ADD);
  }
}
