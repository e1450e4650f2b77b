package headroom.inference.transformer;

import headroom.inference.kernel.Kernels;
import headroom.inference.kernel.Lane;
import headroom.inference.kernel.Linear;
import headroom.inference.kernel.PackedInput;
import headroom.inference.kernel.PackedLinear;
import headroom.inference.kernel.RowParts;
import headroom.inference.kernel.Threads;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Matrix products divided over threads by rows; one object per session, so nothing is allocated.
 * Matrices that multiply the same activations go together: threads meet once for all of them, and
 * each has the same stretch of a matrix as when that is multiplied alone.
 */
final class Products implements Threads.Stretches {
  /** Products that go together: those of a gated delta net. */
  private static final int MOST = 4;

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
  private final int[] partsOf = new int[MOST];
  private int allParts;
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
    clear();
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
    rowsPerPart[count] = RowParts.rows(matrix, tokens);
    partsOf[count] = Math.ceilDiv(matrix.rows(), rowsPerPart[count]);
    allParts += partsOf[count];
    count++;
  }

  /** Does what was asked for since {@link #from}. */
  void run() {
    PackedLinear tiles = packer;
    if (tiles != null) {
      tiles.reserve(packed, tokens);
      threads.run(pack, tiles.packingParts(tokens));
    }
    threads.run(this, allParts);
    for (int i = 0; i < count; i++) {
      scale(outs[i], tokens * matrices[i].rows(), scales[i]);
      float[] bias = biases[i];
      for (int t = 0; t < tokens && bias != null; t++) {
        kernels.add(outs[i], t * bias.length, bias, 0, bias.length);
      }
    }
    clear();
  }

  private void clear() {
    count = 0;
    allParts = 0;
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

  /** A stretch has its share of every matrix, one after the other. */
  @Override
  public int start(int stretch, int stretches, int parts) {
    int start = 0;
    for (int i = 0; i < count; i++) {
      start += Threads.share(stretch, stretches, partsOf[i]);
    }
    return start;
  }

  @Override
  public void run(int stretch, int part, int parts, Lane lane) {
    int stretches = threads.count();
    int within = part - start(stretch, stretches, parts);
    int which = 0;
    int first = Threads.share(stretch, stretches, partsOf[0]);
    int end = Threads.share(stretch + 1, stretches, partsOf[0]);
    while (within >= end - first) {
      within -= end - first;
      which++;
      first = Threads.share(stretch, stretches, partsOf[which]);
      end = Threads.share(stretch + 1, stretches, partsOf[which]);
    }
    multiply(which, (first + within) * rowsPerPart[which], lane);
  }

  /** A part of one matrix, from this row on. */
  private void multiply(int which, int first, Lane lane) {
    Linear matrix = matrices[which];
    int end = Math.min(matrix.rows(), first + rowsPerPart[which]);
    if (matrix instanceof PackedLinear tiles) {
      tiles.multiply(packed, tokens, outs[which], first, end, lane);
    } else {
      matrix.multiply(x, tokens, outs[which], first, end, lane);
    }
  }
}
