package headroom.inference.kernel.vector;

import headroom.inference.codec.LittleEndian;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Q6_K rows, 64 weights at a time: the two nibbles of 32 low bytes and their high bits. One flat
 * loop with few vector operations, since the compiler gives up on larger bodies.
 */
final class DotQ6_K extends RowByRow {
  private static final int BYTES = 210;

  @Override
  float dot(MemorySegment weight, long offset, float[] x, int xOffset, int columns) {
    FloatVector sum = Wide.zero();
    for (int chunk = 0; chunk < columns / 64; chunk++) {
      int side = chunk & 1; // which of the two runs of 32 low bytes
      int half = chunk >> 1 & 1; // which half of the block
      long p = offset + (chunk >> 2) * (long) BYTES;
      long lowBytes = p + half * 64 + side * 32;
      long highBytes = p + 128 + half * 32;
      long scales = p + 192 + half * 8 + side * 2;
      int at = xOffset + (chunk >> 2) * 256 + half * 128 + side * 32;
      float d = LittleEndian.f16(weight, p + 208);
      for (int group = 0; group < 32; group += 16) {
        FloatVector lower = Wide.zero();
        FloatVector upper = Wide.zero();
        for (int k = group; k < group + 16; k += Wide.LANES) {
          IntVector low = Wide.bytes(weight, lowBytes + k);
          IntVector high =
              Wide.bytes(weight, highBytes + k).lanewise(VectorOperators.LSHR, 2 * side);
          IntVector first = low.and(0xF).or(high.and(3).lanewise(VectorOperators.LSHL, 4));
          IntVector second = low.lanewise(VectorOperators.LSHR, 4).and(0xF).or(high.and(0x30));
          lower = Wide.floats(first.sub(32)).fma(Wide.load(x, at + k), lower);
          upper = Wide.floats(second.sub(32)).fma(Wide.load(x, at + 64 + k), upper);
        }
        float scale = d * LittleEndian.i8(weight, scales + group / 16);
        float scaleUpper = d * LittleEndian.i8(weight, scales + 4 + group / 16);
        sum = lower.fma(Wide.all(scale), upper.fma(Wide.all(scaleUpper), sum));
      }
    }
    return sum.reduceLanes(VectorOperators.ADD);
  }
}
