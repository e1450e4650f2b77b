package headroom.inference.kernel.vector;

import headroom.inference.codec.LittleEndian;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/** Q4_0 rows: nibbles are parted as ints, where shifts are cheap on every processor. */
final class DotQ4_0 extends RowByRow {
  private static final int BLOCK = 32;
  private static final int BYTES = 18;

  @Override
  float dot(MemorySegment weight, long offset, float[] x, int xOffset, int columns) {
    FloatVector sum = Wide.zero();
    long p = offset;
    for (int i = 0; i < columns; i += BLOCK, p += BYTES) {
      FloatVector low = Wide.zero();
      FloatVector high = Wide.zero();
      for (int k = 0; k < BLOCK / 2; k += Wide.LANES) {
        IntVector codes = Wide.bytes(weight, p + 2 + k);
        IntVector upper = codes.lanewise(VectorOperators.LSHR, 4).and(0xF);
        low = Wide.floats(codes.and(0xF).sub(8)).fma(Wide.load(x, xOffset + i + k), low);
        high = Wide.floats(upper.sub(8)).fma(Wide.load(x, xOffset + i + BLOCK / 2 + k), high);
      }
      sum = low.add(high).fma(Wide.all(LittleEndian.f16(weight, p)), sum);
    }
    return sum.reduceLanes(VectorOperators.ADD);
  }
}
