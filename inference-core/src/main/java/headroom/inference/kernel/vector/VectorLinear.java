package headroom.inference.kernel.vector;

import headroom.inference.codec.BlockCodec;
import headroom.inference.kernel.Lane;
import headroom.inference.kernel.Linear;
import headroom.inference.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * One matrix: a few tokens go through the fused kernel of its format, where it has one; many tokens
 * share decoded rows.
 */
final class VectorLinear implements Linear {
  /** Up to here multiplying a stored row again costs less than writing it out as floats. */
  private static final int FUSED_TOKENS = 4;

  /** Rows decoded together: with 8192 columns they still fit a second-level cache of 512 KiB. */
  private static final int ROWS_PER_TILE = 12;

  private final Tensor weight;
  private final BlockCodec codec;
  private final @Nullable FusedRows fused;
  private final int rows;
  private final int columns;
  private final long rowBytes;

  VectorLinear(Tensor weight, BlockCodec codec, @Nullable FusedRows fused) {
    this.weight = weight;
    this.codec = codec;
    this.fused = fused;
    this.rows = weight.rows();
    this.columns = weight.columns();
    this.rowBytes = weight.rowBytes();
  }

  @Override
  public int rows() {
    return rows;
  }

  @Override
  public int columns() {
    return columns;
  }

  @Override
  public void multiply(float[] x, int tokens, float[] out, int firstRow, int endRow, Lane lane) {
    if (fused != null && tokens <= FUSED_TOKENS) {
      for (int t = 0; t < tokens; t++) {
        fused.multiply(
            weight.data(),
            firstRow * rowBytes,
            rowBytes,
            endRow - firstRow,
            x,
            t * columns,
            columns,
            out,
            t * rows + firstRow);
      }
      return;
    }
    float[] tile = lane.floats(ROWS_PER_TILE * columns);
    for (int r = firstRow; r < endRow; r += ROWS_PER_TILE) {
      int count = Math.min(ROWS_PER_TILE, endRow - r);
      for (int i = 0; i < count; i++) {
        codec.decodeRow(weight.data(), (r + i) * rowBytes, tile, i * columns, columns);
      }
      TileProduct.multiply(tile, count, x, tokens, columns, out, rows, r);
    }
  }
}
