package headroom.inference.kernel.assembled;

/**
 * What attention keeps of one query while it goes through the cache, as floats: a score for each
 * cell of a tile, which becomes e^(score - largest), and what a running softmax needs (Milakov and
 * Gimelshein 2018, arXiv 1805.02867).
 */
public final class ScoreRow {
  /** Cells per tile: keys of 128 floats then take 32 KiB, a first-level cache. */
  public static final int CELLS = 64;

  /** Place of the largest score so far. */
  public static final int LARGEST = CELLS;

  /** Place of Σ e^(score - largest) so far. */
  public static final int SUM = CELLS + 1;

  /** Place of what earlier results must be multiplied by, for a new score is larger. */
  public static final int SHRINK = CELLS + 2;

  public static final int FLOATS = CELLS + 8;
  public static final int BYTES = FLOATS * Float.BYTES;

  private ScoreRow() {}

  /** Byte of a float of the row. */
  public static int at(int place) {
    return place * Float.BYTES;
  }
}
