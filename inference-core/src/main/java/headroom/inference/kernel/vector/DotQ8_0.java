package headroom.inference.kernel.vector;

import headroom.inference.codec.LittleEndian;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/** Q8_0 rows, two at a time: both use each vector of x that is loaded. */
final class DotQ8_0 implements FusedRows {
  private static final int BLOCK = 32;
  private static final int BYTES = 34;

  @Override
  public void multiply(
      MemorySegment weight,
      long offset,
      long rowBytes,
      int rows,
      float[] x,
      int xOffset,
      int columns,
      float[] out,
      int outOffset) {
    int r = 0;
    for (; r < rows - 1; r += 2) {
      two(weight, offset + r * rowBytes, rowBytes, x, xOffset, columns, out, outOffset + r);
    }
    if (r < rows) {
      out[outOffset + r] = one(weight, offset + r * rowBytes, x, xOffset, columns);
    }
  }

  private static void two(
      MemorySegment weight,
      long offset,
      long rowBytes,
      float[] x,
      int xOffset,
      int columns,
      float[] out,
      int outOffset) {
    FloatVector a = Wide.zero();
    FloatVector b = Wide.zero();
    long p = offset;
    for (int i = 0; i < columns; i += BLOCK, p += BYTES) {
      FloatVector blockA = Wide.zero();
      FloatVector blockB = Wide.zero();
      for (int k = 0; k < BLOCK; k += Wide.LANES) {
        FloatVector v = Wide.load(x, xOffset + i + k);
        blockA = Wide.byteFloats(weight, p + 2 + k).fma(v, blockA);
        blockB = Wide.byteFloats(weight, p + rowBytes + 2 + k).fma(v, blockB);
      }
      a = blockA.fma(Wide.all(LittleEndian.f16(weight, p)), a);
      b = blockB.fma(Wide.all(LittleEndian.f16(weight, p + rowBytes)), b);
    }
    out[outOffset] = a.reduceLanes(VectorOperators.ADD);
    out[outOffset + 1] = b.reduceLanes(VectorOperators.ADD);
  }

  private static float one(MemorySegment weight, long offset, float[] x, int xOffset, int columns) {
    FloatVector a = Wide.zero();
    long p = offset;
    for (int i = 0; i < columns; i += BLOCK, p += BYTES) {
      FloatVector block = Wide.zero();
      for (int k = 0; k < BLOCK; k += Wide.LANES) {
        block = Wide.byteFloats(weight, p + 2 + k).fma(Wide.load(x, xOffset + i + k), block);
      }
      a = block.fma(Wide.all(LittleEndian.f16(weight, p)), a);
    }
    return a.reduceLanes(VectorOperators.ADD);
  }
}
