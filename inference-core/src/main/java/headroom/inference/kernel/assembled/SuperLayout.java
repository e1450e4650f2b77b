package headroom.inference.kernel.assembled;

/**
 * How activations of formats with whole-numbered scales lie in memory: as in {@link PackedLayout},
 * but 256 columns of a token share a scale, so that their products are summed up as whole numbers.
 * A super-block of T tokens is
 *
 * <pre>
 *   bytes  q[8][8][T][4]   the quads of eight blocks of 32 columns
 *   short  halves[8][T][2] Σq over columns 0-15 of a block, and over columns 16-31
 *   short  wholes[4][T][2] Σq over one block of two, and over the other
 *   float  scale[T]        x = scale * q, q from -127 to 127
 * </pre>
 *
 * <p>The scale is that of llama.cpp's Q8_K activations (ggml's {@code quantize_row_q8_K}), and so
 * are the sums, which pay for minimums.
 */
public final class SuperLayout {
  /** Columns that share a scale. */
  public static final int COLUMNS = PackedLayout.BLOCK * TileScales.BLOCKS_PER_SUPER;

  /** Two sums in one 32-bit lane. */
  private static final int PAIR_BYTES = 2 * Short.BYTES;

  private static final int HALVES = TileScales.BLOCKS_PER_SUPER;
  private static final int WHOLES = TileScales.BLOCKS_PER_SUPER / 2;

  /** Bytes per token behind the quads. */
  public static final int REST_BYTES = (HALVES + WHOLES) * PAIR_BYTES + Float.BYTES;

  /** Bytes per super-block and token. */
  public static final int BYTES = COLUMNS + REST_BYTES;

  private SuperLayout() {}

  /** Byte, behind the quads, where the sums of a block's halves lie. */
  public static int halvesAt(int block, int token, int tokens) {
    return (block * tokens + token) * PAIR_BYTES;
  }

  /** Byte, behind the quads, where the sums of two blocks lie. */
  public static int wholesAt(int pair, int token, int tokens) {
    return halvesAt(HALVES + pair, token, tokens);
  }

  /** Byte, behind the quads, where the scale of a token lies. */
  public static int scaleAt(int token, int tokens) {
    return halvesAt(HALVES + WHOLES, 0, tokens) + token * Float.BYTES;
  }
}
