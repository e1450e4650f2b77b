package headroom.inference.kernel.vector;

import headroom.inference.codec.LittleEndian;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/** BF16 rows: a shift makes each weight a float. */
final class DotBF16 extends RowByRow {
  @Override
  float dot(MemorySegment weight, long offset, float[] x, int xOffset, int columns) {
    FloatVector a = Wide.zero();
    FloatVector b = Wide.zero();
    FloatVector c = Wide.zero();
    FloatVector d = Wide.zero();
    int i = 0;
    for (; i <= columns - 4 * Wide.LANES; i += 4 * Wide.LANES) {
      long at = offset + 2L * i;
      a = Wide.bfloats(weight, at).fma(Wide.load(x, xOffset + i), a);
      b = Wide.bfloats(weight, at + 2L * Wide.LANES).fma(Wide.load(x, xOffset + i + Wide.LANES), b);
      c =
          Wide.bfloats(weight, at + 4L * Wide.LANES)
              .fma(Wide.load(x, xOffset + i + 2 * Wide.LANES), c);
      d =
          Wide.bfloats(weight, at + 6L * Wide.LANES)
              .fma(Wide.load(x, xOffset + i + 3 * Wide.LANES), d);
    }
    float sum = ArrayDot.sum(a, b, c, d);
    for (; i < columns; i++) {
      sum +=
          Float.intBitsToFloat(weight.get(LittleEndian.SHORT, offset + 2L * i) << 16)
              * x[xOffset + i];
    }
    return sum;
  }
}
