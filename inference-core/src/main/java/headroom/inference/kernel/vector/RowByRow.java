package headroom.inference.kernel.vector;

import java.lang.foreign.MemorySegment;

/** Takes rows one by one: what a fused kernel is where loads of x are not worth sharing. */
abstract class RowByRow implements FusedRows {
  @Override
  public final void multiply(
      MemorySegment weight,
      long offset,
      long rowBytes,
      int rows,
      float[] x,
      int xOffset,
      int columns,
      float[] out,
      int outOffset) {
    for (int r = 0; r < rows; r++) {
      out[outOffset + r] = dot(weight, offset + r * rowBytes, x, xOffset, columns);
    }
  }

  abstract float dot(MemorySegment weight, long offset, float[] x, int xOffset, int columns);
}
