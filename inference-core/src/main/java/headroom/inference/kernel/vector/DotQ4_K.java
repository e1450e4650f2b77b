package headroom.inference.kernel.vector;

import headroom.inference.codec.LittleEndian;
import headroom.inference.codec.PackedScales;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/** Q4_K rows, 64 weights at a time: 32 bytes hold one sub-block in each nibble. */
final class DotQ4_K extends RowByRow {
  private static final int BYTES = 144;

  @Override
  float dot(MemorySegment weight, long offset, float[] x, int xOffset, int columns) {
    FloatVector sum = Wide.zero();
    for (int chunk = 0; chunk < columns / 64; chunk++) {
      int pair = chunk & 3;
      long p = offset + (chunk >> 2) * (long) BYTES;
      float d = LittleEndian.f16(weight, p);
      float dmin = LittleEndian.f16(weight, p + 2);
      FloatVector low = Wide.zero();
      FloatVector high = Wide.zero();
      FloatVector minLow = Wide.zero();
      FloatVector minHigh = Wide.zero();
      int at = xOffset + 64 * chunk;
      for (int k = 0; k < 32; k += Wide.LANES) {
        IntVector codes = Wide.bytes(weight, p + 16 + 32 * pair + k);
        IntVector upper = codes.lanewise(VectorOperators.LSHR, 4).and(0xF);
        FloatVector x0 = Wide.load(x, at + k);
        FloatVector x1 = Wide.load(x, at + 32 + k);
        low = Wide.floats(codes.and(0xF)).fma(x0, low);
        high = Wide.floats(upper).fma(x1, high);
        minLow = minLow.add(x0);
        minHigh = minHigh.add(x1);
      }
      long scales = PackedScales.scales(weight, p + 4) >>> 16 * pair;
      long mins = PackedScales.mins(weight, p + 4) >>> 16 * pair;
      sum = low.fma(Wide.all(d * (scales & 0xFF)), sum);
      sum = high.fma(Wide.all(d * (scales >>> 8 & 0xFF)), sum);
      sum = minLow.fma(Wide.all(-dmin * (mins & 0xFF)), sum);
      sum = minHigh.fma(Wide.all(-dmin * (mins >>> 8 & 0xFF)), sum);
    }
    return sum.reduceLanes(VectorOperators.ADD);
  }
}
