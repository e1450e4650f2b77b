package headroom.inference.transformer;

import headroom.inference.kernel.Kernels;
import headroom.inference.kernel.Lane;
import headroom.inference.kernel.Linear;
import headroom.inference.kernel.PackedInput;
import headroom.inference.kernel.PackedLinear;
import headroom.inference.kernel.Threads;

/**
 * Matrix products divided over threads by rows; one object per session, so nothing is allocated.
 */
final class Products implements Threads.Task {
  /** Rows per part: enough to share what is loaded of x, few enough to even out the threads. */
  private static final int ROWS_PER_PART = 24;

  /** Rows per part of a matrix in tiles, whose kernels are done with 24 before a thread is told. */
  private static final int ROWS_PER_PACKED_PART = 64;

  private final Kernels kernels;
  private final Threads threads;
  private final PackedInput packed = new PackedInput();
  private final Threads.Task pack = this::pack;
  private Linear matrix;
  private float[] x = {};
  private float[] out = {};
  private int tokens;
  private int rowsPerPart;

  Products(Kernels kernels, Threads threads, Linear any) {
    this.kernels = kernels;
    this.threads = threads;
    this.matrix = any;
  }

  /** out[t] = projection(x[t]) for every token. */
  void multiply(Projection projection, float[] x, int tokens, float[] out) {
    multiply(projection.matrix(), x, tokens, out);
    float[] bias = projection.bias();
    if (bias != null) {
      for (int t = 0; t < tokens; t++) {
        kernels.add(out, t * bias.length, bias, 0, bias.length);
      }
    }
  }

  /** out[t] = matrix · x[t] for every token. */
  void multiply(Linear matrix, float[] x, int tokens, float[] out) {
    this.matrix = matrix;
    this.x = x;
    this.tokens = tokens;
    this.out = out;
    if (matrix instanceof PackedLinear tiles) {
      tiles.reserve(packed, tokens);
      threads.run(pack, tiles.packingParts(tokens));
      rowsPerPart = Math.ceilDiv(ROWS_PER_PACKED_PART, tiles.rowsPerTile()) * tiles.rowsPerTile();
    } else {
      rowsPerPart = ROWS_PER_PART;
    }
    threads.run(this, Math.ceilDiv(matrix.rows(), rowsPerPart));
  }

  private void pack(int part, int parts, Lane lane) {
    ((PackedLinear) matrix).pack(x, tokens, part, packed);
  }

  @Override
  public void run(int part, int parts, Lane lane) {
    int first = part * rowsPerPart;
    int end = Math.min(matrix.rows(), first + rowsPerPart);
    if (matrix instanceof PackedLinear tiles) {
      tiles.multiply(packed, tokens, out, first, end, lane);
    } else {
      matrix.multiply(x, tokens, out, first, end, lane);
    }
  }
}
