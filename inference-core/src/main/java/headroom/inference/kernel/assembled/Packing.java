package headroom.inference.kernel.assembled;

/** In how long runs of columns activations share a scale when they become bytes. */
public enum Packing {
  /** A scale per 32 columns ({@link PackedLayout}), as llama.cpp's Q8_0. */
  BLOCKS(PackedLayout.BLOCK, PackedLayout.BLOCK_BYTES),
  /** A scale per 256 ({@link SuperLayout}), as llama.cpp's Q8_K. */
  SUPERS(SuperLayout.COLUMNS, SuperLayout.BYTES);

  private final int columns;
  private final int bytes;

  Packing(int columns, int bytes) {
    this.columns = columns;
    this.bytes = bytes;
  }

  /** Columns that share a scale. */
  public int columns() {
    return columns;
  }

  /** Bytes of so many tokens. */
  public long bytes(int tokens, int columns) {
    return (long) tokens * (columns / this.columns) * bytes;
  }

  /** Byte where a group of {@link PackedLayout#GROUP} tokens starts. */
  public long groupAt(int group, int columns) {
    return (long) group * PackedLayout.GROUP * bytes(1, columns);
  }
}
