package headroom.inference.kernel;

/**
 * A matrix that multiplies activations in a form of its own: they are packed once, by all threads,
 * before the rows are divided.
 */
public interface PackedLinear extends Linear {
  /** Rows that are multiplied together: parts that start at a multiple of it waste nothing. */
  int rowsTogether();

  /** True where both take the same packed activations, so that they need be packed once. */
  boolean packsAs(PackedLinear other);

  /** Makes room for these tokens; before any thread packs. */
  void reserve(PackedInput into, int tokens);

  /** Pieces of the batch that can be packed at the same time. */
  int packingParts(int tokens);

  /**
   * Packs one piece.
   *
   * @param x [tokens, columns]
   */
  void pack(float[] x, int tokens, int part, PackedInput into);

  /**
   * As {@link Linear#multiply(float[], int, float[], int, int, Lane)}, from packed activations.
   *
   * @param out [tokens, rows]
   */
  void multiply(PackedInput x, int tokens, float[] out, int firstRow, int endRow, Lane lane);

  @Override
  default void multiply(float[] x, int tokens, float[] out, int firstRow, int endRow, Lane lane) {
    PackedInput packed = lane.packed();
    reserve(packed, tokens);
    for (int part = 0; part < packingParts(tokens); part++) {
      pack(x, tokens, part, packed);
    }
    multiply(packed, tokens, out, firstRow, endRow, lane);
  }
}
