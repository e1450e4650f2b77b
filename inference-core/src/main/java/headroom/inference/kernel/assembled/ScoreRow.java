package headroom.inference.kernel.assembled;

/**
 * What attention keeps of one query while it goes through the cache, as floats: a score for each
 * cell of a tile, which becomes e^(score - largest), and what a running softmax needs (Milakov and
 * Gimelshein 2018, arXiv 1805.02867).
 */
final class ScoreRow {
  /** Cells per tile: keys of 128 floats then take 32 KiB, a first-level cache. */
  static final int CELLS = 64;

  /** Place of the largest score so far. */
  static final int LARGEST = CELLS;

  /** Place of Σ e^(score - largest) so far. */
  static final int SUM = CELLS + 1;

  /** Place of what earlier results must be multiplied by, for a new score is larger. */
  static final int SHRINK = CELLS + 2;

  static final int FLOATS = CELLS + 8;
  static final int BYTES = FLOATS * Float.BYTES;

  private ScoreRow() {}

  /** Byte of a float of the row. */
  static int at(int place) {
    return place * Float.BYTES;
  }
}
