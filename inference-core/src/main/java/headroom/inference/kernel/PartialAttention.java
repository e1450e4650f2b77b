package headroom.inference.kernel;

/**
 * What attention to some of a cache's cells leaves behind, and how it becomes attention to all of
 * them (Flash-Decoding: the rescaling of a running softmax, arXiv 1805.02867, is associative).
 *
 * <p>[tokens, heads, valueSize + 2]: Σ e^(score - largest) · value, then the largest score and Σ
 * e^(score - largest).
 */
public final class PartialAttention {
  private PartialAttention() {}

  /** Floats of so many tokens. */
  public static int size(AttentionShape shape, int tokens) {
    return tokens * shape.heads() * (shape.valueSize() + 2);
  }

  /**
   * Where a head's values start.
   *
   * @param token counted from the first of these tokens
   * @param offset where the first token's first head starts
   */
  public static int at(AttentionShape shape, int token, int head, int offset) {
    return offset + (token * shape.heads() + head) * (shape.valueSize() + 2);
  }

  /**
   * Joins parts of one key-value head's queries; a sink is a score that belongs to no cell.
   *
   * @param partials {@code parts} times those of these tokens, one after the other
   * @param out [tokens, heads, valueSize]
   */
  public static void join(
      Kernels kernels,
      AttentionShape shape,
      int kvHead,
      int firstToken,
      int endToken,
      float[] partials,
      int offset,
      int parts,
      float[] out) {
    int size = shape.valueSize();
    int partSize = size(shape, endToken - firstToken);
    for (int token = firstToken; token < endToken; token++) {
      for (int head = kvHead * shape.group(); head < (kvHead + 1) * shape.group(); head++) {
        int from = at(shape, token - firstToken, head, offset);
        int to = (token * shape.heads() + head) * size;
        float largest = shape.sink(head);
        for (int part = 0; part < parts; part++) {
          largest = Math.max(largest, partials[from + part * partSize + size]);
        }
        float sum = (float) Math.exp(shape.sink(head) - largest);
        for (int part = 0; part < parts; part++) {
          int at = from + part * partSize + size;
          sum += partials[at + 1] * (float) Math.exp(partials[at] - largest);
        }
        java.util.Arrays.fill(out, to, to + size, 0);
        for (int part = 0; part < parts; part++) {
          int at = from + part * partSize;
          float share = (float) Math.exp(partials[at + size] - largest) / sum;
          kernels.addScaled(out, to, share, partials, at, size);
        }
      }
    }
  }
}
