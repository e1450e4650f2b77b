package headroom.inference.kernel.assembled;

import headroom.inference.kernel.Lane;
import headroom.inference.kernel.Linear;
import headroom.inference.tensor.Tensor;
import java.lang.foreign.MemorySegment;

/** A matrix of floats, multiplied where the file has it: nothing is repacked. */
final class RowLinear implements Linear {
  /** Bytes of rows that stay in a second-level cache while tokens go by. */
  private static final int SLAB = 192 << 10;

  /** Rows that a kernel takes at once. */
  private static final int ROWS = 4;

  private final KernelLibrary library;
  private final RowFormat format;
  private final Tensor weight;
  private final int rows;
  private final int columns;

  RowLinear(Tensor weight, RowFormat format, KernelLibrary library) {
    this.library = library;
    this.format = format;
    this.weight = weight;
    this.rows = weight.rows();
    this.columns = weight.columns();
  }

  /** True where rows lie outside the heap and are whole registers long. */
  static boolean serves(Tensor weight) {
    return weight.data().isNative() && weight.columns() % RowFormat.STEP == 0;
  }

  @Override
  public int rows() {
    return rows;
  }

  @Override
  public int columns() {
    return columns;
  }

  @Override
  public void multiply(float[] x, int tokens, float[] out, int firstRow, int endRow, Lane lane) {
    if (!weight.data().scope().isAlive()) {
      throw new IllegalStateException("the model is closed; load it again");
    }
    library.requireOpen();
    int slab = (int) Math.max(ROWS, SLAB / weight.rowBytes() / ROWS * ROWS);
    for (int first = firstRow; first < endRow; first += slab) {
      multiplySlab(x, tokens, out, first, Math.min(endRow, first + slab));
    }
  }

  /** Rows that stay in a cache while the tokens go by. */
  private void multiplySlab(float[] x, int tokens, float[] out, int firstRow, int endRow) {
    MemorySegment from = MemorySegment.ofArray(x);
    MemorySegment into = MemorySegment.ofArray(out);
    long start = weight.data().address() + firstRow * weight.rowBytes();
    for (int t = 0; t < tokens; ) {
      int count = KernelLibrary.nextVectors(tokens - t);
      library.dot(
          format,
          count,
          start,
          from,
          (long) t * columns * Float.BYTES,
          into,
          ((long) t * rows + firstRow) * Float.BYTES,
          columns / RowFormat.STEP,
          weight.rowBytes(),
          (long) rows * Float.BYTES,
          endRow - firstRow);
      t += count;
    }
  }
}
