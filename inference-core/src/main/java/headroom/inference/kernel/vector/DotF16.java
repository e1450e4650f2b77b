package headroom.inference.kernel.vector;

import headroom.inference.codec.LittleEndian;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/** F16 rows, widened with integer arithmetic: the Vector API of JDK 25 has no half floats. */
final class DotF16 extends RowByRow {
  /** Of a half moved to a float's place: exponent field, and what its bias lacks (127 - 15). */
  private static final int EXPONENT = 0x7C00 << 13;

  private static final int REBIAS = 127 - 15 << 23;

  /** 2^-14, the step at which a subnormal half's implied exponent lies. */
  private static final float SUBNORMAL = 0x1p-14f;

  @Override
  float dot(MemorySegment weight, long offset, float[] x, int xOffset, int columns) {
    FloatVector a = Wide.zero();
    FloatVector b = Wide.zero();
    int i = 0;
    for (; i <= columns - 2 * Wide.LANES; i += 2 * Wide.LANES) {
      long at = offset + 2L * i;
      a = halves(weight, at).fma(Wide.load(x, xOffset + i), a);
      b = halves(weight, at + 2L * Wide.LANES).fma(Wide.load(x, xOffset + i + Wide.LANES), b);
    }
    float sum = a.add(b).reduceLanes(VectorOperators.ADD);
    for (; i < columns; i++) {
      sum += LittleEndian.f16(weight, offset + 2L * i) * x[xOffset + i];
    }
    return sum;
  }

  /** Exact for every half: normal, subnormal, infinite and NaN. */
  static FloatVector halves(MemorySegment weight, long offset) {
    IntVector half = Wide.shorts(weight, offset);
    IntVector sign = half.and(0x80000000);
    IntVector shifted = half.lanewise(VectorOperators.LSHL, 13).and(0x0FFFFFFF);
    IntVector exponent = shifted.and(EXPONENT);
    IntVector rebiased = shifted.add(REBIAS);
    VectorMask<Integer> infinite = exponent.eq(EXPONENT);
    VectorMask<Integer> subnormal = exponent.eq(0);
    rebiased = rebiased.add(REBIAS, infinite);
    IntVector small =
        rebiased.add(1 << 23).reinterpretAsFloats().sub(SUBNORMAL).reinterpretAsInts();
    return rebiased.blend(small, subnormal).or(sign).reinterpretAsFloats();
  }
}
