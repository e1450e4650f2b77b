package headroom.inference.kvcache;

/**
 * The rows that a token of a tree sees: all before the tree, then those of its ancestors, which
 * their siblings stand between (tree attention, SpecInfer, arXiv 2305.09781, section 4.2).
 *
 * @param rows of the cache
 * @param prefix cells before the tree
 * @param path where the cells from there on lie
 */
public record PathRows(KvRows rows, int prefix, int[] path) implements KvRows {
  @Override
  public void write(int cell, float[] src, int srcOffset) {
    throw new IllegalStateException("a path is for reading only");
  }

  @Override
  public void read(int cell, int head, float[] dst, int dstOffset) {
    rows.read(cell < prefix ? cell : path[cell - prefix], head, dst, dstOffset);
  }

  @Override
  public KvRows beginnings(int size) {
    return new PathRows(rows.beginnings(size), prefix, path);
  }
}
