package headroom.inference.kernel.vector;

import headroom.inference.codec.LittleEndian;
import headroom.inference.codec.PackedScales;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/** Q4_K rows: 64 weights at a time, whose 32 bytes hold one sub-block in each nibble. */
final class DotQ4_K extends RowByRow {
  private static final int BLOCK = 256;
  private static final int BYTES = 144;

  @Override
  float dot(MemorySegment weight, long offset, float[] x, int xOffset, int columns) {
    FloatVector sum = Wide.zero();
    long p = offset;
    for (int i = 0; i < columns; i += BLOCK, p += BYTES) {
      float d = LittleEndian.f16(weight, p);
      float dmin = LittleEndian.f16(weight, p + 2);
      for (int pair = 0; pair < 4; pair++) {
        long scales = p + 4;
        FloatVector scaleLow = Wide.all(d * PackedScales.scale(weight, scales, 2 * pair));
        FloatVector scaleHigh = Wide.all(d * PackedScales.scale(weight, scales, 2 * pair + 1));
        FloatVector minLow = Wide.all(-dmin * PackedScales.min(weight, scales, 2 * pair));
        FloatVector minHigh = Wide.all(-dmin * PackedScales.min(weight, scales, 2 * pair + 1));
        FloatVector low = Wide.zero();
        FloatVector high = Wide.zero();
        int at = xOffset + i + 64 * pair;
        for (int k = 0; k < 32; k += Wide.LANES) {
          IntVector codes = Wide.bytes(weight, p + 16 + 32 * pair + k);
          IntVector upper = codes.lanewise(VectorOperators.LSHR, 4).and(0xF);
          low =
              Wide.floats(codes.and(0xF)).fma(scaleLow, minLow).fma(Wide.load(x, at + k), low);
          high =
              Wide.floats(upper).fma(scaleHigh, minHigh).fma(Wide.load(x, at + 32 + k), high);
        }
        sum = sum.add(low.add(high));
      }
    }
    return sum.reduceLanes(VectorOperators.ADD);
  }
}
