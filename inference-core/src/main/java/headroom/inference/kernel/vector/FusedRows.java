package headroom.inference.kernel.vector;

import java.lang.foreign.MemorySegment;

/** Scalar products of stored rows with one vector, without writing decoded weights to memory. */
interface FusedRows {
  /**
   * out[r] = row[r] · x for {@code rows} rows.
   *
   * @param weight holds the rows
   * @param offset byte at which the first starts
   * @param rowBytes from one row to the next
   * @param x [columns] from {@code xOffset} on
   * @param columns a whole number of the format's blocks
   * @param out [rows] from {@code outOffset} on
   */
  void multiply(
      MemorySegment weight,
      long offset,
      long rowBytes,
      int rows,
      float[] x,
      int xOffset,
      int columns,
      float[] out,
      int outOffset);
}
