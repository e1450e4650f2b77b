package headroom.inference.kernel.vector;

import headroom.inference.codec.BlockCodec;
import headroom.inference.kernel.Lane;
import headroom.inference.tensor.Tensor;

/** Rows decoded to floats a few at a time, so that many tokens share them. */
final class DecodedRows {
  /** Rows decoded together: with 8192 columns they still fit a second-level cache of 512 KiB. */
  static final int TOGETHER = 12;

  private DecodedRows() {}

  /** As {@link headroom.inference.kernel.Linear#multiply}. */
  static void multiply(
      Tensor weight,
      BlockCodec codec,
      float[] x,
      int tokens,
      float[] out,
      int firstRow,
      int endRow,
      Lane lane) {
    int columns = weight.columns();
    float[] tile = lane.floats(TOGETHER * columns);
    for (int r = firstRow; r < endRow; r += TOGETHER) {
      int count = Math.min(TOGETHER, endRow - r);
      for (int i = 0; i < count; i++) {
        codec.decodeRow(weight.data(), (r + i) * weight.rowBytes(), tile, i * columns, columns);
      }
      TileProduct.multiply(tile, count, x, tokens, columns, out, weight.rows(), r);
    }
  }
}
