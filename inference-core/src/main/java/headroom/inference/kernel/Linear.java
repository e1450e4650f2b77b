package headroom.inference.kernel;

/**
 * A weight matrix bound to the kernel that multiplies with it, once, when the model is loaded: no
 * loop asks for a format.
 */
public interface Linear {
  /** Elements of the product. */
  int rows();

  /** Elements of the vector it multiplies. */
  int columns();

  /**
   * out[t, r] = weight[r] · x[t] for every token t and the rows from {@code firstRow} to {@code
   * endRow} (exclusive).
   *
   * @param x [tokens, columns]
   * @param out [tokens, rows]
   * @param lane of the calling thread
   */
  void multiply(float[] x, int tokens, float[] out, int firstRow, int endRow, Lane lane);
}
