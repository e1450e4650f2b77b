package headroom.inference.kernel;

/**
 * Rows of a matrix that are one part of its product: the same whenever it is multiplied, so that a
 * thread comes back to the memory that it touched first ({@link Threads#place}).
 */
public final class RowParts {
  /**
   * Rows of a matrix without tiles: enough to share what is loaded of x, few enough to even out.
   */
  public static final int ROWS = 24;

  /**
   * Weights per part of a matrix in tiles: a few microseconds for one token, so that no thread
   * waits long for another at the end, and what a second-level cache holds for many.
   */
  private static final int WEIGHTS = 64 << 10;

  private static final int WEIGHTS_OF_MANY = 128 << 10;

  /** From here on tokens are many. */
  private static final int MANY = 16;

  private RowParts() {}

  /** Rows of a part for so many tokens. */
  public static int rows(Linear matrix, int tokens) {
    return matrix instanceof PackedLinear tiles
        ? rows(matrix.columns(), tiles.rowsTogether(), tokens)
        : ROWS;
  }

  /** Rows of a part of a matrix in tiles, which is whole tiles. */
  public static int rows(int columns, int rowsTogether, int tokens) {
    int weights = tokens < MANY ? WEIGHTS : WEIGHTS_OF_MANY;
    return Math.max(1, weights / columns / rowsTogether) * rowsTogether;
  }
}
