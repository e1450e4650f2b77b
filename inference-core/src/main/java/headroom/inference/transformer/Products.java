package headroom.inference.transformer;

import headroom.inference.kernel.Kernels;
import headroom.inference.kernel.Lane;
import headroom.inference.kernel.Linear;
import headroom.inference.kernel.PackedInput;
import headroom.inference.kernel.PackedLinear;
import headroom.inference.kernel.Threads;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Matrix products divided over threads by rows; one object per session, so nothing is allocated.
 * Matrices that multiply the same activations go together: threads meet once for all of them.
 */
final class Products implements Threads.Task {
  /** Products that go together: those of a gated delta net. */
  private static final int MOST = 4;

  /** Rows per part: enough to share what is loaded of x, few enough to even out the threads. */
  private static final int ROWS_PER_PART = 24;

  /**
   * Weights per part of a matrix in tiles: a few microseconds for one token, so that no thread
   * waits long for another at the end, and what a second-level cache holds for many.
   */
  private static final int WEIGHTS_PER_PART = 64 << 10;

  private static final int WEIGHTS_PER_PART_OF_MANY = 128 << 10;

  /** From here on tokens are many. */
  private static final int MANY = 16;

  private final Kernels kernels;
  private final Threads threads;
  private final PackedInput packed = new PackedInput();
  private final Threads.Task pack = this::pack;

  private float[] x = {};
  private int tokens;
  private int count;
  private final Linear[] matrices;
  private final float[][] outs = new float[MOST][];
  private final float[] @Nullable [] biases = new float[MOST][];
  private final float[] scales = new float[MOST];
  private final int[] rowsPerPart = new int[MOST];
  private final int[] endPart = new int[MOST];
  private @Nullable PackedLinear packer;

  Products(Kernels kernels, Threads threads, Linear any) {
    this.kernels = kernels;
    this.threads = threads;
    this.matrices = new Linear[MOST];
    Arrays.fill(matrices, any);
  }

  /** out[t] = projection(x[t]) for every token. */
  void multiply(Projection projection, float[] x, int tokens, float[] out) {
    from(x, tokens).into(projection, out).run();
  }

  /** out[t] = matrix · x[t] for every token. */
  void multiply(Linear matrix, float[] x, int tokens, float[] out) {
    from(x, tokens).add(matrix, 1, null, out);
    run();
  }

  /** Starts with what is multiplied; {@link #into} says with what, and {@link #run} does it. */
  Products from(float[] activations, int tokenCount) {
    x = activations;
    tokens = tokenCount;
    count = 0;
    packer = null;
    return this;
  }

  /** out[t] = projection(x[t]) for every token, together with others of the same x. */
  Products into(Projection projection, float[] out) {
    add(projection.matrix(), projection.scale(), projection.bias(), out);
    return this;
  }

  private void add(Linear matrix, float scale, float @Nullable [] bias, float[] out) {
    if (matrix instanceof PackedLinear tiles) {
      if (packer != null && !packer.packsAs(tiles)) {
        run();
      }
      packer = tiles;
    }
    matrices[count] = matrix;
    biases[count] = bias;
    scales[count] = scale;
    outs[count] = out;
    rowsPerPart[count] = rowsPerPart(matrix);
    int before = count == 0 ? 0 : endPart[count - 1];
    endPart[count] = before + Math.ceilDiv(matrix.rows(), rowsPerPart[count]);
    count++;
  }

  private int rowsPerPart(Linear matrix) {
    if (matrix instanceof PackedLinear tiles) {
      int weights = tokens < MANY ? WEIGHTS_PER_PART : WEIGHTS_PER_PART_OF_MANY;
      int tile = tiles.rowsPerTile();
      return Math.max(1, weights / matrix.columns() / tile) * tile;
    }
    return ROWS_PER_PART;
  }

  /** Does what was asked for since {@link #from}. */
  void run() {
    PackedLinear tiles = packer;
    if (tiles != null) {
      tiles.reserve(packed, tokens);
      threads.run(pack, tiles.packingParts(tokens));
    }
    threads.run(this, endPart[count - 1]);
    for (int i = 0; i < count; i++) {
      scale(outs[i], tokens * matrices[i].rows(), scales[i]);
      float[] bias = biases[i];
      for (int t = 0; t < tokens && bias != null; t++) {
        kernels.add(outs[i], t * bias.length, bias, 0, bias.length);
      }
    }
    count = 0;
    packer = null;
  }

  private static void scale(float[] x, int size, float factor) {
    for (int i = 0; i < size && factor != 1; i++) {
      x[i] *= factor;
    }
  }

  private void pack(int part, int parts, Lane lane) {
    PackedLinear tiles = packer;
    if (tiles != null) {
      tiles.pack(x, tokens, part, packed);
    }
  }

  @Override
  public void run(int part, int parts, Lane lane) {
    int which = 0;
    while (part >= endPart[which]) {
      which++;
    }
    Linear matrix = matrices[which];
    int before = which == 0 ? 0 : endPart[which - 1];
    int first = (part - before) * rowsPerPart[which];
    int end = Math.min(matrix.rows(), first + rowsPerPart[which]);
    if (matrix instanceof PackedLinear tiles) {
      tiles.multiply(packed, tokens, outs[which], first, end, lane);
    } else {
      matrix.multiply(x, tokens, outs[which], first, end, lane);
    }
  }
}
