package headroom.inference.kernel.vector;

import headroom.inference.codec.LittleEndian;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/** F32 rows; four accumulators, since one addition must wait about four cycles for the last. */
final class DotF32 extends RowByRow {
  @Override
  float dot(MemorySegment weight, long offset, float[] x, int xOffset, int columns) {
    FloatVector a = Wide.zero();
    FloatVector b = Wide.zero();
    FloatVector c = Wide.zero();
    FloatVector d = Wide.zero();
    int i = 0;
    for (; i <= columns - 4 * Wide.LANES; i += 4 * Wide.LANES) {
      long at = offset + 4L * i;
      a = Wide.floats(weight, at).fma(Wide.load(x, xOffset + i), a);
      b = Wide.floats(weight, at + 4L * Wide.LANES).fma(Wide.load(x, xOffset + i + Wide.LANES), b);
      c =
          Wide.floats(weight, at + 8L * Wide.LANES)
              .fma(Wide.load(x, xOffset + i + 2 * Wide.LANES), c);
      d =
          Wide.floats(weight, at + 12L * Wide.LANES)
              .fma(Wide.load(x, xOffset + i + 3 * Wide.LANES), d);
    }
    float sum = ArrayDot.sum(a, b, c, d);
    for (; i < columns; i++) {
      sum += weight.get(LittleEndian.FLOAT, offset + 4L * i) * x[xOffset + i];
    }
    return sum;
  }
}
