package headroom.inference.kernel.vector;

import headroom.inference.codec.BlockCodec;
import headroom.inference.kernel.Lane;
import headroom.inference.kernel.PackedInput;
import headroom.inference.kernel.PackedLinear;
import headroom.inference.tensor.Tensor;

/**
 * One matrix, read where the file has it: a few tokens are rounded and multiplied with the codes of
 * stored rows; many keep their precision and share decoded rows.
 */
final class RoundedLinear implements PackedLinear {
  /** Up to here multiplying a stored row again costs less than writing it out as floats. */
  static final int FEW_TOKENS = 8;

  private final Tensor weight;
  private final BlockCodec codec;
  private final RoundedRow kernel;
  private final int rows;
  private final int columns;
  private final long rowBytes;

  RoundedLinear(Tensor weight, BlockCodec codec, RoundedRow kernel) {
    this.weight = weight;
    this.codec = codec;
    this.kernel = kernel;
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
  public int rowsTogether() {
    return DecodedRows.TOGETHER;
  }

  @Override
  public boolean packsAs(PackedLinear other) {
    return other instanceof RoundedLinear like
        && like.columns == columns
        && like.kernel.order() == kernel.order();
  }

  @Override
  public void reserve(PackedInput into, int tokens) {
    if (tokens <= FEW_TOKENS) {
      into.reserveArrays(tokens * Rounding.shorts(columns), tokens * Rounding.numbers(columns));
    } else {
      into.reserveArrays(0, tokens * columns);
    }
  }

  @Override
  public int packingParts(int tokens) {
    return tokens;
  }

  @Override
  public void pack(float[] x, int tokens, int part, PackedInput into) {
    if (tokens <= FEW_TOKENS) {
      Rounding.round(
          x,
          part * columns,
          columns,
          kernel.order(),
          into.shorts(),
          part * Rounding.shorts(columns),
          into.floats(),
          part * Rounding.numbers(columns));
    } else {
      System.arraycopy(x, part * columns, into.floats(), part * columns, columns);
    }
  }

  @Override
  public void multiply(
      PackedInput x, int tokens, float[] out, int firstRow, int endRow, Lane lane) {
    if (tokens > FEW_TOKENS) {
      DecodedRows.multiply(weight, codec, x.floats(), tokens, out, firstRow, endRow, lane);
      return;
    }
    float[] scratch = lane.floats(columns / 16);
    for (int t = 0; t < tokens; t++) {
      for (int r = firstRow; r < endRow; r++) {
        out[t * rows + r] =
            kernel.dot(
                weight.data(),
                r * rowBytes,
                x.shorts(),
                t * Rounding.shorts(columns),
                x.floats(),
                t * Rounding.numbers(columns),
                columns,
                scratch);
      }
    }
  }
}
