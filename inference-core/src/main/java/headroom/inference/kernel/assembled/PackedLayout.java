package headroom.inference.kernel.assembled;

/**
 * How activations lie in memory. Up to {@link #GROUP} tokens form a group, so that a weight that is
 * loaded serves them all; a group's blocks of 32 columns follow each other, and a block of T tokens
 * is
 *
 * <pre>
 *   bytes  q[8][T][4]   four columns of a token side by side: what one broadcast brings;
 * or q[4][T][8], for machines that multiply eight at once
 *   float  scale[T]     x = scale * q, q from -127 to 127
 *   float  sums[3][T]   scale * Σq over columns 0-15, over columns 16-31, and over both
 * </pre>
 *
 * <p>Sums pay for weights whose codes are offset or which have a minimum: Σ(q - o)x = Σqx - oΣx.
 * The bytes are those of llama.cpp's Q8_0 activations (ggml's {@code quantize_row_q8_0}), with the
 * scale kept in single precision.
 */
public final class PackedLayout {
  /** Tokens per group: with them the accumulators of a tile leave room in sixteen registers. */
  public static final int GROUP = 8;

  /** Columns that share a scale. */
  public static final int BLOCK = 32;

  /** Columns whose products one 32-bit lane sums up at once. */
  public static final int QUAD = 4;

  /** Quads per block. */
  public static final int QUADS = BLOCK / QUAD;

  /** Bytes per block and token: 32 codes, a scale and three sums. */
  public static final int BLOCK_BYTES = BLOCK + 4 * Float.BYTES;

  private PackedLayout() {}

  /** Byte of a block of {@code tokens} where the quad of a token lies. */
  public static int quadAt(int quad, int token, int tokens) {
    return codeAt(quad * QUAD, token, tokens, QUAD);
  }

  /**
   * Byte of a block of {@code tokens} where the code of a column lies.
   *
   * @param together columns of a token that lie side by side ({@link Machine#columnsTogether})
   */
  public static int codeAt(int column, int token, int tokens, int together) {
    return (column / together * tokens + token) * together + column % together;
  }

  /** Byte of a block of {@code tokens} where the scale of a token lies. */
  public static int scaleAt(int token, int tokens) {
    return BLOCK * tokens + token * Float.BYTES;
  }

  /**
   * Byte of a block of {@code tokens} where a sum of a token lies.
   *
   * @param which 0 or 1 for one half of the block, 2 for the whole
   */
  public static int sumAt(int which, int token, int tokens) {
    return scaleAt(token, tokens) + (1 + which) * tokens * Float.BYTES;
  }

  public static int groups(int tokens) {
    return Math.ceilDiv(tokens, GROUP);
  }

  /** Tokens of this group: fewer in the last. */
  public static int tokensOf(int group, int tokens) {
    return Math.min(GROUP, tokens - group * GROUP);
  }
}
