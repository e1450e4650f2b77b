package headroom.inference.kernel.vector;

/** In which order a block's 32 rounded activations lie, so that they meet the codes of a weight. */
enum ColumnOrder {
  /** As they are: for codes that are widened byte by byte. */
  STORED,
  /** Columns 0, 2, … 30, then 1, 3, … 31: for codes that are parted from pairs of bytes. */
  EVEN_FIRST
}
