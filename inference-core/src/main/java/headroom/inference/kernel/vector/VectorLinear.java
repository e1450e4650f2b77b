package headroom.inference.kernel.vector;

import headroom.inference.codec.BlockCodec;
import headroom.inference.kernel.Lane;
import headroom.inference.kernel.Linear;
import headroom.inference.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * One matrix whose activations stay floats: a few tokens go through the fused kernel of its format,
 * where it has one; many tokens share decoded rows.
 */
final class VectorLinear implements Linear {
  /** Up to here multiplying a stored row again costs less than writing it out as floats. */
  private static final int FUSED_TOKENS = 4;

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
    DecodedRows.multiply(weight, codec, x, tokens, out, firstRow, endRow, lane);
  }
}
