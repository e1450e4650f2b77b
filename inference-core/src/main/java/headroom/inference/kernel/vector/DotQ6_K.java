package headroom.inference.kernel.vector;

import headroom.inference.codec.LittleEndian;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/** Q6_K rows: 128 weights at a time, of which four quarters share their bytes of high bits. */
final class DotQ6_K extends RowByRow {
  private static final int BLOCK = 256;
  private static final int BYTES = 210;

  @Override
  float dot(MemorySegment weight, long offset, float[] x, int xOffset, int columns) {
    FloatVector sum = Wide.zero();
    long p = offset;
    for (int i = 0; i < columns; i += BLOCK, p += BYTES) {
      FloatVector d = Wide.all(LittleEndian.f16(weight, p + 208));
      FloatVector block = Wide.zero();
      for (int half = 0; half < 2; half++) {
        for (int k = 0; k < 32; k += Wide.LANES) {
          block = eighth(weight, p, half, k, x, xOffset + i + half * 128 + k, block);
        }
      }
      sum = block.fma(d, sum);
    }
    return sum.reduceLanes(VectorOperators.ADD);
  }

  /** {@link Wide#LANES} weights of each quarter of one half. */
  private static FloatVector eighth(
      MemorySegment weight, long p, int half, int k, float[] x, int at, FloatVector sum) {
    IntVector first = Wide.bytes(weight, p + half * 64 + k);
    IntVector second = Wide.bytes(weight, p + half * 64 + 32 + k);
    IntVector high = Wide.bytes(weight, p + 128 + half * 32 + k);
    long scales = p + 192 + half * 8 + k / 16;
    IntVector q0 = first.and(0xF).or(high.lanewise(VectorOperators.LSHL, 4).and(0x30));
    IntVector q1 = second.and(0xF).or(high.lanewise(VectorOperators.LSHL, 2).and(0x30));
    IntVector q2 = first.lanewise(VectorOperators.LSHR, 4).and(0xF).or(high.and(0x30));
    IntVector q3 =
        second
            .lanewise(VectorOperators.LSHR, 4)
            .and(0xF)
            .or(high.lanewise(VectorOperators.LSHR, 2).and(0x30));
    sum = scaled(q0, weight, scales, x, at).add(sum);
    sum = scaled(q1, weight, scales + 2, x, at + 32).add(sum);
    sum = scaled(q2, weight, scales + 4, x, at + 64).add(sum);
    return scaled(q3, weight, scales + 6, x, at + 96).add(sum);
  }

  private static FloatVector scaled(
      IntVector codes, MemorySegment weight, long scale, float[] x, int at) {
    return Wide.floats(codes.sub(32))
        .mul(Wide.all(LittleEndian.i8(weight, scale)))
        .mul(Wide.load(x, at));
  }
}
