package headroom.inference.kernel.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/** Scalar products of float arrays: what every decoded row ends in. */
final class ArrayDot {
  private ArrayDot() {}

  static float sum(FloatVector a, FloatVector b, FloatVector c, FloatVector d) {
    return a.add(b).add(c.add(d)).reduceLanes(VectorOperators.ADD);
  }

  static float dot(float[] x, int xOffset, float[] y, int yOffset, int size) {
    FloatVector a = Wide.zero();
    FloatVector b = Wide.zero();
    FloatVector c = Wide.zero();
    FloatVector d = Wide.zero();
    int i = 0;
    for (; i <= size - 4 * Wide.LANES; i += 4 * Wide.LANES) {
      a = Wide.load(x, xOffset + i).fma(Wide.load(y, yOffset + i), a);
      b = Wide.load(x, xOffset + i + Wide.LANES).fma(Wide.load(y, yOffset + i + Wide.LANES), b);
      c =
          Wide.load(x, xOffset + i + 2 * Wide.LANES)
              .fma(Wide.load(y, yOffset + i + 2 * Wide.LANES), c);
      d =
          Wide.load(x, xOffset + i + 3 * Wide.LANES)
              .fma(Wide.load(y, yOffset + i + 3 * Wide.LANES), d);
    }
    for (; i <= size - Wide.LANES; i += Wide.LANES) {
      a = Wide.load(x, xOffset + i).fma(Wide.load(y, yOffset + i), a);
    }
    float sum = sum(a, b, c, d);
    for (; i < size; i++) {
      sum += x[xOffset + i] * y[yOffset + i];
    }
    return sum;
  }
}
